package dev.godwit.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.operator.LeanCaches;
import dev.godwit.operator.SharedParts;
import dev.godwit.operator.SharedStrings;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.UUID;
import java.util.function.Consumer;
import org.testcontainers.k3s.K3sContainer;

/// The Kubernetes cluster of a test run: one node, one container for all classes. A class that
/// needs a cluster to itself starts an `OwnCluster`.
public final class Cluster {

  /// The operator's account, as `deploy/install.yaml` has it.
  public static final String OPERATOR = "system:serviceaccount:godwit-system:godwit-operator";

  /// How long a connection may take, in milliseconds: an operator whose informers get none at its
  /// start ends, for the kubelet to start it again, and a busy machine takes more than the usual 10
  /// seconds for twenty at once. Nobody starts the operator of a test again.
  private static final int BUSY = 60_000;

  private static final K3sContainer CONTAINER = OwnCluster.newNode();
  private static final KubernetesClient ADMIN = client(null, http -> {});

  private Cluster() {}

  /// A client that may do everything; nobody closes it.
  public static KubernetesClient admin() {
    return ADMIN;
  }

  /// The kubeconfig of the administrator, for tools outside.
  public static String kubeconfig() {
    return CONTAINER.getKubeConfigYaml();
  }

  /// The container of the node.
  public static K3sContainer node() {
    return CONTAINER;
  }

  /// A new client with exactly the rights of the operator's account; the caller closes it.
  public static KubernetesClient asOperator() {
    return asOperator(http -> {});
  }

  /// The same, with the HTTP client changed by the caller.
  public static KubernetesClient asOperator(Consumer<HttpClient.Builder> http) {
    return client(OPERATOR, http);
  }

  /// A new, empty namespace with a name of its own, that takes only restricted pods.
  public static String newNamespace() {
    String name = "t" + UUID.randomUUID().toString().substring(0, 8);
    ADMIN
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    return name;
  }

  private static KubernetesClient client(String user, Consumer<HttpClient.Builder> http) {
    Config config = Config.fromKubeconfig(CONTAINER.getKubeConfigYaml());
    config.setConnectionTimeout(BUSY);
    if (user != null) {
      config.setImpersonateUsername(user);
      config.setImpersonateGroups(
          "system:serviceaccounts", "system:serviceaccounts:godwit-system", "system:authenticated");
    }
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(
            user == null ? new KubernetesSerialization() : operatorsReading())
        .withHttpClientFactory(Leftovers.http())
        .withHttpClientBuilderConsumer(http)
        .build();
  }

  /// How the operator's client reads resources, as CDI makes it in the operator's process.
  public static KubernetesSerialization operatorsReading() {
    ObjectMapper mapper = new ObjectMapper();
    new LeanCaches().customize(mapper);
    new SharedParts().customize(mapper);
    new SharedStrings().customize(mapper);
    return new KubernetesSerialization(mapper, true);
  }
}
