package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What `kubectl auth can-i --as=system:serviceaccount:godwit-system:godwit-operator` answers.
class OperatorRightsE2E {

  private static final List<String> VERBS =
      List.of(
          "get",
          "list",
          "watch",
          "create",
          "update",
          "patch",
          "delete",
          "deletecollection",
          "impersonate",
          "bind",
          "escalate",
          "*");

  /// Every namespace, the operator's own, a user's.
  private static final List<String> NAMESPACES =
      List.of("", GodwitInCluster.NAMESPACE, "default", "kube-system");

  private static final String LEASE = "godwit-operator";

  private KubernetesClient operator;

  @BeforeEach
  void becomeTheOperator() {
    GodwitInCluster.start();
    operator = Cluster.asOperator();
  }

  @AfterEach
  void beOneselfAgain() {
    operator.close();
  }

  @Test
  void mayDoNothingToSecrets() {
    List<String> granted = new ArrayList<>();
    for (String verb : VERBS) {
      for (String namespace : NAMESPACES) {
        if (can(namespace, verb, "", "secrets")) {
          granted.add(verb + " secrets in '" + namespace + "'");
        }
      }
    }
    assertThat(granted).isEmpty();
  }

  @Test
  void mayDoWhatItNeeds() {
    allowed("godwit.dev", "mongomigrations", "get", "list", "watch", "patch");
    allowed("godwit.dev", "mongomigrations/status", "patch");
    allowed("godwit.dev", "mongobackups", "get", "list", "watch", "create", "patch", "delete");
    allowed("godwit.dev", "mongobackups/status", "patch");
    allowed("godwit.dev", "mongorestores", "get", "list", "watch", "patch");
    allowed("godwit.dev", "mongorestores/status", "patch");
    allowed("godwit.dev", "mongobackupschedules", "get", "list", "watch");
    allowed("godwit.dev", "mongobackupschedules/status", "patch");
    allowed("batch", "jobs", "get", "list", "watch", "create", "patch", "delete");
    allowed("", "configmaps", "create");
    allowed("", "pods", "get", "list", "watch");
    allowed("", "pods/log", "get");
    allowed("", "events", "create", "list");
    assertThat(can(GodwitInCluster.NAMESPACE, "create", "coordination.k8s.io", "leases")).isTrue();
    for (String verb : List.of("get", "update", "patch")) {
      assertThat(onLease(GodwitInCluster.NAMESPACE, LEASE, verb)).as(verb).isTrue();
    }
  }

  @Test
  void mayDoNothingElse() {
    denied("godwit.dev", "mongomigrations", "create", "update", "delete", "deletecollection");
    denied("godwit.dev", "mongobackups", "update", "deletecollection");
    denied("godwit.dev", "mongorestores", "create", "update", "delete", "deletecollection");
    denied("godwit.dev", "mongobackupschedules", "create", "update", "patch", "delete");
    denied("batch", "jobs", "update", "deletecollection");
    denied("batch", "cronjobs", "get", "list", "create", "patch", "delete");
    denied("", "configmaps", "get", "list", "watch", "update", "patch", "delete");
    denied("", "pods", "create", "update", "patch", "delete", "deletecollection");
    for (String part :
        List.of("exec", "attach", "portforward", "ephemeralcontainers", "eviction")) {
      denied("", "pods/" + part, "get", "create", "patch", "update");
    }
    denied("", "events", "get", "watch", "update", "patch", "delete");
    denied("", "namespaces", "get", "list", "create", "patch", "delete");
    denied("", "nodes", "get", "list", "patch");
    denied("", "nodes/proxy", "get", "create");
    denied("", "serviceaccounts", "get", "list", "create", "impersonate");
    denied("", "serviceaccounts/token", "create");
    denied("", "persistentvolumeclaims", "get", "list", "create", "delete");
    denied("", "persistentvolumes", "get", "list", "create", "delete");
    denied("", "services", "get", "list", "create");
    for (String kind : List.of("deployments", "statefulsets", "daemonsets", "replicasets")) {
      denied("apps", kind, "get", "list", "create", "update", "patch", "delete");
    }
    for (String kind : List.of("roles", "rolebindings", "clusterroles", "clusterrolebindings")) {
      denied(
          "rbac.authorization.k8s.io",
          kind,
          "get",
          "list",
          "create",
          "update",
          "patch",
          "delete",
          "bind",
          "escalate");
    }
    denied("apiextensions.k8s.io", "customresourcedefinitions", "get", "list", "create", "patch");
    denied("authentication.k8s.io", "tokenreviews", "create");
    denied("certificates.k8s.io", "certificatesigningrequests", "create");
    denied("", "users", "impersonate");
    denied("", "groups", "impersonate");
    denied("*", "*", "*");
    for (String verb : List.of("get", "list", "watch", "create", "update", "patch", "delete")) {
      assertThat(can("default", verb, "coordination.k8s.io", "leases")).as(verb).isFalse();
    }
    for (String verb : List.of("get", "list", "watch", "update", "patch", "delete")) {
      assertThat(can(GodwitInCluster.NAMESPACE, verb, "coordination.k8s.io", "leases"))
          .as(verb)
          .isFalse();
      assertThat(onLease(GodwitInCluster.NAMESPACE, "another", verb)).as(verb).isFalse();
      assertThat(onLease("kube-system", LEASE, verb)).as(verb).isFalse();
    }
    assertThat(onLease(GodwitInCluster.NAMESPACE, LEASE, "delete")).isFalse();
  }

  private void allowed(String group, String resource, String... verbs) {
    for (String verb : verbs) {
      for (String namespace : NAMESPACES) {
        assertThat(can(namespace, verb, group, resource))
            .as("%s %s.%s in '%s'", verb, resource, group, namespace)
            .isTrue();
      }
    }
  }

  private void denied(String group, String resource, String... verbs) {
    for (String verb : verbs) {
      for (String namespace : NAMESPACES) {
        assertThat(can(namespace, verb, group, resource))
            .as("%s %s.%s in '%s'", verb, resource, group, namespace)
            .isFalse();
      }
    }
  }

  private boolean can(String namespace, String verb, String group, String resource) {
    return can(namespace, verb, group, resource, null);
  }

  private boolean onLease(String namespace, String name, String verb) {
    return can(namespace, verb, "coordination.k8s.io", "leases", name);
  }

  private boolean can(String namespace, String verb, String group, String resource, String name) {
    String[] parts = resource.split("/");
    return operator
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withVerb(verb)
                .withGroup(group)
                .withResource(parts[0])
                .withName(name)
                .withSubresource(parts.length > 1 ? parts[1] : null)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }
}
