package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.OwnCluster;
import dev.godwit.testing.Shell;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.DeliverySeed;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Godwit comes, changes and goes as people do it: with Helm and with Kustomize, for the whole
/// cluster and for a few namespaces.
class InstallE2E {

  private static final String NAMESPACE = GodwitInCluster.NAMESPACE;
  private static final int USERS = 6_000;
  private static final long SEED = 20_261_121;

  private static OwnCluster cluster;

  @BeforeAll
  static void startCluster() {
    assumeThat(System.getenv("GODWIT_LAB_HELM")).as("GODWIT_LAB_HELM names helm").isNotNull();
    cluster = OwnCluster.start();
    cluster.load(GodwitInCluster.image(), "godwit/godwit:dev");
    cluster.load(GodwitInCluster.image(), "godwit/godwit:0.1.0");
    cluster.offerVolumes(6);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void uninstall() {
    cluster.helm("uninstall", "godwit", "--namespace", NAMESPACE, "--wait", "--ignore-not-found");
  }

  // --- The whole cluster, with Helm

  @Test
  void helmInstallsRunsUpgradesInFlightAndLeavesTheDataWhenItGoes() {
    String notes =
        helm("install", "--create-namespace", "--set", "defaults.backup.storage." + claim());
    assertThat(notes).contains("kubectl");
    say("helm test", cluster.helm("test", "godwit", "--namespace", NAMESPACE));

    samplesRun();

    Tenant team = tenant("helm-team");
    Map<String, String> before = Snapshots.of(team.database());
    team.migrate("visits-1", "001", "2s");
    team.await("visits-1", "work on documents", InstallE2E::isWorkUnderWay);
    String operator = operatorPod().getMetadata().getUid();
    helm("upgrade", "--reuse-values", "--set", "podAnnotations.upgraded=yes");
    assertThat(operatorPod().getMetadata().getUid()).isNotEqualTo(operator);
    assertThat(team.status("visits-1").phase())
        .as("still under way when the new operator is there")
        .isIn(MigrationPhase.Applying, MigrationPhase.Verifying);
    team.awaitPhase("visits-1", MigrationPhase.Succeeded);
    assertThat(team.pods("apply")).as("the upgrade did not disturb the Job").hasSize(1);
    assertThat(visits(team.database())).isEqualTo(visitsOf(USERS) + USERS);

    Map<String, String> migrated = Snapshots.of(team.database());
    cluster.helm("uninstall", "godwit", "--namespace", NAMESPACE, "--wait").orThrow();
    assertThat(cluster.admin().apps().deployments().inNamespace(NAMESPACE).list().getItems())
        .isEmpty();
    assertThat(team.status("visits-1").phase())
        .as("CRDs and resources stay")
        .isEqualTo(MigrationPhase.Succeeded);
    assertThat(Snapshots.of(team.database())).isEqualTo(migrated);
    List<MongoBackup> backups =
        cluster.admin().resources(MongoBackup.class).inNamespace("helm-team").list().getItems();
    assertThat(backups).hasSize(1);

    helm("install", "--set", "defaults.backup.storage." + claim());
    cluster
        .kubectl(
            "--namespace",
            "helm-team",
            "patch",
            "mongomigration",
            "visits-1",
            "--type=merge",
            "--patch",
            "{\"spec\":{\"desiredState\":\"RolledBack\"}}")
        .orThrow();
    team.await("visits-1", "be rolled back", status -> status.phase() == MigrationPhase.RolledBack);
    assertThat(Snapshots.of(team.database()))
        .as("a new installation knows the way back")
        .isEqualTo(before);
  }

  /// The samples of the delivery service, with kubectl as their README says.
  private void samplesRun() {
    MongoDatabase delivery = MongoServer.client().getDatabase("delivery");
    delivery.drop();
    System.out.println("delivery is made from seed " + SEED);
    DeliverySeed.fill(delivery, SEED, 100);
    Tenant shop = new Tenant(cluster, "shop", delivery, "delivery-mongodb");
    say("samples", cluster.kubectl("apply", "--filename", "deploy/samples/delivery"));
    say(
        "kubectl wait",
        cluster.kubectl(
            "--namespace",
            "shop",
            "wait",
            "--for=condition=Ready",
            "--timeout=300s",
            "mongomigration/delivery-003-indexes",
            "mongomigration/delivery-005-audit-fields"));
    assertThat(shop.status("delivery-005-audit-fields").phase())
        .isEqualTo(MigrationPhase.Succeeded);
    delivery.drop();
  }

  // --- Some namespaces

  @Test
  void worksInTheNamespacesItWasGivenAndInNoOther() {
    Tenant one = tenant("team-one");
    Tenant two = tenant("team-two");
    Tenant three = tenant("team-three");
    helm(
        "install",
        "--create-namespace",
        "--set",
        "watchNamespaces={team-one}",
        "--set",
        "defaults.backup.storage." + claim());
    assertThat(clusterWideRights()).isEmpty();
    one.migrate("visits", "001", "0s");
    two.migrate("visits", "001", "0s");
    three.migrate("visits", "001", "0s");
    one.awaitPhase("visits", MigrationPhase.Succeeded);
    assertThat(two.status("visits")).isEqualTo(MongoMigrationStatus.NEW);
    assertThat(canOperator("list", "mongomigrations.godwit.dev", "team-one")).isTrue();
    assertThat(canOperator("list", "mongomigrations.godwit.dev", "team-two")).isFalse();

    helm("upgrade", "--reuse-values", "--set", "watchNamespaces={team-one,team-two}");
    two.awaitPhase("visits", MigrationPhase.Succeeded);
    assertThat(three.status("visits")).isEqualTo(MongoMigrationStatus.NEW);
    assertThat(three.pods("plan")).isEmpty();
    two.apply(missingSecret());
    two.await(
        "no-secret",
        "say which Secret is missing, with the rights of two namespaces",
        status -> status.message() != null && status.message().contains("Secret no-such-secret"));
    two.migrations().withName("no-secret").delete();
    assertThat(canOperator("create", "jobs.batch", "team-two")).isTrue();
    assertThat(canOperator("create", "jobs.batch", "team-three")).isFalse();
    assertThat(canOperator("get", "secrets", "team-two")).isFalse();
    assertThat(clusterWideRights()).isEmpty();
    three.migrations().delete();
  }

  private static String missingSecret() {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoMigration
    metadata: {name: no-secret, namespace: team-two}
    spec:
      version: "001"
      target: {secretRef: {name: no-such-secret}, database: none}
      steps:
      - {name: make, createCollection: {collection: made}}
    """;
  }

  // --- Kustomize

  @Test
  void kustomizeInstallsAndRuns() {
    say("apply -k", cluster.kubectl("apply", "--server-side", "--kustomize", "deploy"));
    say(
        "rollout",
        cluster.kubectl(
            "--namespace",
            NAMESPACE,
            "rollout",
            "status",
            "--timeout=180s",
            "deployment/godwit-operator"));
    Tenant team = tenant("kustomize-team");
    team.apply(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: index, namespace: kustomize-team}
        spec:
          version: "001"
          target: {secretRef: {name: %s}, database: %s}
          backup: {storage: {persistentVolumeClaim: {claimName: %s}}}
          steps:
          - name: index
            createIndexes: {collection: users, indexes: [{keys: [email]}]}
        """
            .formatted(Tenant.SECRET, team.database().getName(), Tenant.CLAIM));
    team.awaitPhase("index", MigrationPhase.Succeeded);
    Shell.Said again = cluster.kubectl("diff", "--server-side", "--kustomize", "deploy");
    assertThat(again.exit()).as("applied twice, nothing differs: " + again.text()).isZero();
    team.migrations().delete();
    cluster
        .bash(
            """
            kubectl --namespace kustomize-team wait --for=delete mongomigration/index --timeout=60s
            kubectl --namespace kustomize-team delete mongobackups --all --timeout=60s
            kubectl delete namespace godwit-system --wait --timeout=120s
            kubectl delete clusterrole,clusterrolebinding --selector app.kubernetes.io/part-of=godwit
            kubectl delete customresourcedefinition --selector app.kubernetes.io/part-of=godwit --timeout=120s
            """)
        .orThrow();
  }

  // --- Words

  private static String helm(String verb, String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of(verb, "godwit", "helm/godwit"));
    all.addAll(
        List.of("--namespace", NAMESPACE, "--set", "image.tag=dev", "--wait", "--timeout=180s"));
    all.addAll(List.of(arguments));
    return say("helm " + verb, cluster.helm(all.toArray(String[]::new)));
  }

  private static String say(String what, Shell.Said said) {
    System.out.printf("%s: %.1f s%n", what, said.took().toMillis() / 1000.0);
    return said.orThrow();
  }

  private static String claim() {
    return "persistentVolumeClaim.claimName=" + Tenant.CLAIM;
  }

  private static Tenant tenant(String namespace) {
    Tenant tenant = new Tenant(cluster, namespace, MongoServer.newDatabase());
    Seeds.users(tenant.database(), USERS);
    return tenant;
  }

  private static boolean isWorkUnderWay(MongoMigrationStatus status) {
    return status.phase() == MigrationPhase.Applying
        && status.progress() != null
        && status.progress().documentsDone() != null
        && status.progress().documentsDone() > 0;
  }

  private static Pod operatorPod() {
    return cluster
        .admin()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> clusterWideRights() {
    return cluster.admin().rbac().clusterRoleBindings().list().getItems().stream()
        .filter(
            it ->
                it.getSubjects().stream()
                    .anyMatch(subject -> NAMESPACE.equals(subject.getNamespace())))
        .map(HasMetadata::getMetadata)
        .map(meta -> meta.getName())
        .toList();
  }

  private static boolean canOperator(String verb, String resource, String namespace) {
    String account = "system:serviceaccount:%s:godwit-operator".formatted(NAMESPACE);
    return cluster
        .kubectl("auth", "can-i", verb, resource, "--namespace", namespace, "--as", account)
        .text()
        .contains("yes");
  }

  private static long visits(MongoDatabase database) {
    long sum = 0;
    for (var user : database.getCollection("users").find(Filters.exists("visits"))) {
      sum += user.getInteger("visits");
    }
    return sum;
  }

  /// What Seeds.users puts in: visits is the number modulo 7.
  private static long visitsOf(int users) {
    long sum = 0;
    for (int i = 0; i < users; i++) {
      sum += i % 7;
    }
    return sum;
  }
}
