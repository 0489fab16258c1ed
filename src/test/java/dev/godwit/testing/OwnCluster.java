package dev.godwit.testing;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/// A fresh cluster of one node for a single test class: for stories that install and remove Godwit
/// themselves, which must not meet the operator of `GodwitInCluster`. Programs run against it as a
/// person runs them: KUBECONFIG is set, kubectl and helm are on the PATH, the folder is the
/// checkout.
public final class OwnCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

  private final K3sContainer node;
  private final KubernetesClient admin;
  private final Path home;

  private OwnCluster(K3sContainer node, Path home) {
    this.node = node;
    this.home = home;
    this.admin =
        new KubernetesClientBuilder()
            .withHttpClientFactory(Leftovers.http())
            .withConfig(Config.fromKubeconfig(node.getKubeConfigYaml()))
            .build();
  }

  /// Starts a cluster; the caller closes it.
  public static OwnCluster start() {
    try {
      Path home = Files.createTempDirectory("own-cluster");
      K3sContainer node = newNode();
      Files.writeString(home.resolve("kubeconfig"), node.getKubeConfigYaml());
      OwnCluster cluster = new OwnCluster(node, home);
      cluster.link("kubectl", System.getenv("GODWIT_LAB_KUBECTL"));
      cluster.link("helm", System.getenv("GODWIT_LAB_HELM"));
      return cluster;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// A started node. `GODWIT_LAB_NODE_IMAGE` names the image; the lab sets it where `rancher/k3s`
  /// cannot be pulled.
  static K3sContainer newNode() {
    String image =
        System.getenv().getOrDefault("GODWIT_LAB_NODE_IMAGE", "rancher/k3s:v1.34.4-k3s1");
    K3sContainer container =
        new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"));
    container.start();
    return container;
  }

  /// A client that may do everything; closed with the cluster.
  public KubernetesClient admin() {
    return admin;
  }

  /// The container of the node.
  public K3sContainer node() {
    return node;
  }

  /// The file with the administrator's kubeconfig.
  public Path kubeconfig() {
    return home.resolve("kubeconfig");
  }

  /// Gives the cluster an image of the Docker engine.
  public void load(String image) {
    Shell.bash(
        "docker save \"$0\" | docker exec -i \"$1\" ctr -n k8s.io images import -",
        image,
        node.getContainerId());
  }

  /// Gives the cluster an image under another name. The engine's own names stay as they are.
  public void load(String image, String as) {
    load(image);
    if (image.equals(as)) {
      return;
    }
    Shell.bash(
        "docker exec \"$0\" ctr -n k8s.io images tag --force \"$1\" \"$2\"",
        node.getContainerId(),
        reference(image),
        reference(as));
  }

  /// The name of an image as containerd writes it.
  private static String reference(String image) {
    return "docker.io/" + (image.contains("/") ? "" : "library/") + image;
  }

  /// Makes sure that claims that name no StorageClass get a volume: where the cluster has no
  /// default class, adds one with `count` volumes of 10 Gi.
  public void offerVolumes(int count) {
    List<StorageClass> classes = admin.storage().v1().storageClasses().list().getItems();
    if (classes.stream().anyMatch(OwnCluster::isDefault)) {
      return;
    }
    String name = admin.nodes().list().getItems().getFirst().getMetadata().getName();
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: own, annotations: {%s: "true"}}
            provisioner: kubernetes.io/no-provisioner
            volumeBindingMode: WaitForFirstConsumer
            """
                .formatted(DEFAULT_CLASS));
    StringBuilder folders = new StringBuilder("mkdir -p");
    for (int i = 1; i <= count; i++) {
      folders.append(" /var/lib/own/").append(i);
      yaml.append(
          """
          ---
          apiVersion: v1
          kind: PersistentVolume
          metadata: {name: own-%1$d}
          spec:
            storageClassName: own
            capacity: {storage: 10Gi}
            accessModes: [ReadWriteOnce]
            persistentVolumeReclaimPolicy: Retain
            local: {path: /var/lib/own/%1$d}
            nodeAffinity:
              required:
                nodeSelectorTerms:
                - matchExpressions:
                  - {key: kubernetes.io/hostname, operator: In, values: [%2$s]}
          """
              .formatted(i, name));
    }
    Shell.bash("docker exec \"$0\" sh -c \"$1\"", node.getContainerId(), folders.toString());
    admin
        .load(new ByteArrayInputStream(yaml.toString().getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
  }

  /// Runs kubectl.
  public Shell.Said kubectl(String... arguments) {
    return run("kubectl", arguments);
  }

  /// Runs helm.
  public Shell.Said helm(String... arguments) {
    return run("helm", arguments);
  }

  /// Runs a script of bash, which ends at the first failure.
  public Shell.Said bash(String script) {
    return run("bash", "-euo", "pipefail", "-c", script);
  }

  @Override
  public void close() {
    admin.close();
    node.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Shell.Said run(String program, String... arguments) {
    Path own = home.resolve("bin", program);
    List<String> command = new ArrayList<>();
    command.add(Files.exists(own) ? own.toString() : program);
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "KUBECONFIG", kubeconfig().toString(),
            "PATH", home.resolve("bin") + ":" + System.getenv("PATH"),
            // helm keeps nothing of this in the person's own folders
            "HELM_CACHE_HOME", home.resolve("helm/cache").toString(),
            "HELM_CONFIG_HOME", home.resolve("helm/config").toString(),
            "HELM_DATA_HOME", home.resolve("helm/data").toString());
    return Shell.run(command, environment, Path.of(""), PATIENCE);
  }

  /// Puts a program on the PATH under its usual name; without one, that of the machine is used.
  private void link(String name, String program) throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    if (program != null) {
      Files.createSymbolicLink(bin.resolve(name), Path.of(program));
    }
  }

  private static boolean isDefault(StorageClass it) {
    return it.getMetadata().getAnnotations() != null
        && "true".equals(it.getMetadata().getAnnotations().get(DEFAULT_CLASS));
  }
}
