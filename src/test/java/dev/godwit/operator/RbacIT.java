package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `kubectl auth can-i --as` of the operator's account says.
class RbacIT {

  private static String namespace;

  @BeforeAll
  static void install() {
    Install.once();
    namespace = Cluster.newNamespace();
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "list", "watch", "create", "update", "patch", "delete"})
  void noSecrets(String verb) {
    assertThat(may(verb, "", "secrets", "shop")).isFalse();
    assertThat(may(verb, "", "secrets", "godwit-system")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "update,godwit.dev,mongomigrations",
    "create,godwit.dev,mongomigrations",
    "delete,godwit.dev,mongomigrations",
    "update,godwit.dev,mongobackups",
    "delete,godwit.dev,mongorestores",
    "create,godwit.dev,mongorestores",
    "delete,godwit.dev,mongobackupschedules",
    "get,'',configmaps",
    "create,'',pods",
    "create,'',pods/exec",
    "delete,'',pods",
    "create,'',serviceaccounts/token",
    "get,'',namespaces",
    "create,rbac.authorization.k8s.io,roles",
    "get,coordination.k8s.io,leases",
    "patch,apps,deployments",
    "get,apps,deployments",
    "patch,apps,statefulsets"
  })
  void nothingElse(String verb, String group, String resource) {
    assertThat(may(verb, group, resource, "shop")).isFalse();
  }

  /// An operator touches its own lease; its election asks for no more.
  @ParameterizedTest
  @CsvSource({
    "create,godwit-system,'',true",
    "get,godwit-system,godwit-operator,true",
    "update,godwit-system,godwit-operator,true",
    "patch,godwit-system,godwit-operator,true",
    "delete,godwit-system,godwit-operator,false",
    "get,godwit-system,another,false",
    "update,godwit-system,another,false",
    "patch,godwit-system,'',false",
    "list,godwit-system,'',false",
    "get,shop,godwit-operator,false",
    "create,shop,'',false"
  })
  void oneLease(String verb, String namespace, String name, boolean granted) {
    assertThat(may(verb, "coordination.k8s.io", "leases", namespace, name)).isEqualTo(granted);
  }

  /// The API server's own list of the account's rights is the role's, and what every account has.
  @Test
  void theRulesAreThoseOfTheRole() {
    ClusterRole role =
        Install.items().stream()
            .filter(ClusterRole.class::isInstance)
            .map(ClusterRole.class::cast)
            .filter(it -> it.getMetadata().getName().equals("godwit-operator"))
            .findFirst()
            .orElseThrow();
    Set<String> expected = new TreeSet<>();
    for (PolicyRule rule : role.getRules()) {
      expected.addAll(flat(rule.getApiGroups(), rule.getResources(), rule.getVerbs()));
    }
    try (KubernetesClient operator = Cluster.asOperator()) {
      SelfSubjectRulesReview review =
          operator
              .resource(
                  new SelfSubjectRulesReviewBuilder()
                      .withNewSpec()
                      .withNamespace(namespace)
                      .endSpec()
                      .build())
              .create();
      Set<String> actual = new TreeSet<>();
      for (ResourceRule rule : review.getStatus().getResourceRules()) {
        actual.addAll(flat(rule.getApiGroups(), rule.getResources(), rule.getVerbs()));
      }
      actual.removeIf(
          it ->
              it.contains("authorization.k8s.io/self")
                  || it.contains("authentication.k8s.io/self"));
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static Set<String> flat(List<String> groups, List<String> resources, List<String> verbs) {
    return groups.stream()
        .flatMap(group -> resources.stream().map(resource -> group + "/" + resource))
        .flatMap(resource -> verbs.stream().map(verb -> verb + " " + resource))
        .collect(Collectors.toSet());
  }

  private static boolean may(String verb, String group, String resource, String namespace) {
    return may(verb, group, resource, namespace, "");
  }

  private static boolean may(
      String verb, String group, String resource, String namespace, String name) {
    String[] parts = resource.split("/");
    return Cluster.admin()
        .resource(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(Cluster.OPERATOR)
                .withGroups(
                    "system:serviceaccounts",
                    "system:serviceaccounts:godwit-system",
                    "system:authenticated")
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .withNamespace(namespace)
                .withName(name)
                .endResourceAttributes()
                .endSpec()
                .build())
        .create()
        .getStatus()
        .getAllowed();
  }
}
