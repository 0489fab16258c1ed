package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.OwnCluster;
import dev.godwit.testing.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the page about uninstalling says of finalizers: a migration that is deleted after its
/// operator stays, and both ways out that the page names let it go.
class UninstallE2E {

  private static final Page PAGE = Page.read(Path.of("docs/how-to/uninstall.md"));
  private static final String INSTALL =
      "helm install godwit helm/godwit --namespace godwit-system --create-namespace"
          + " --set image.tag=dev --wait --timeout 5m";
  private static final String UNINSTALL = "helm uninstall godwit --namespace godwit-system --wait";
  private static final String MIGRATION =
      """
      kubectl apply --filename - <<'YAML'
      apiVersion: godwit.dev/v1alpha1
      kind: MongoMigration
      metadata: {name: shop-001-status, namespace: shop}
      spec:
        version: "001"
        target: {secretRef: {name: shop-mongodb}, database: shop}
        backup: {policy: Never}
        steps:
        - {name: orders, createCollection: {collection: orders}}
      YAML
      kubectl --namespace shop wait --for=jsonpath='{.status.phase}'=Planning mm/shop-001-status --timeout=1m
      """;

  private static OwnCluster cluster;

  @BeforeAll
  static void newCluster() {
    assumeThat(System.getenv("GODWIT_LAB_HELM"))
        .as("GODWIT_LAB_HELM names the helm to install with")
        .isNotNull();
    cluster = OwnCluster.start();
    cluster.load(GodwitInCluster.image(), "godwit/godwit:dev");
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aMigrationThatIsDeletedAfterItsOperatorStaysUntilOneOfTheTwoWaysOutIsTaken() {
    run(INSTALL);
    run("kubectl create namespace shop");
    run(MIGRATION);
    assertThat(finalizers()).isEqualTo("mongomigrations.godwit.dev/finalizer");
    run(UNINSTALL);
    hangs();
    run("kubectl --namespace shop delete jobs --all --wait");
    run(command("kubectl --namespace shop patch"));
    gone();

    run(INSTALL);
    run(MIGRATION);
    run(UNINSTALL);
    hangs();
    run(INSTALL);
    gone();
  }

  private static void hangs() {
    assertThat(cluster.kubectl("-n", "shop", "delete", "mm", "shop-001-status", "--timeout=3s"))
        .satisfies(said -> assertThat(said.exit()).isNotZero())
        .satisfies(said -> assertThat(said.text()).contains("timed out"));
    assertThat(finalizers()).contains("mongomigrations");
  }

  private static void gone() {
    run("kubectl --namespace shop wait --for=delete mm/shop-001-status --timeout=1m");
  }

  private static String finalizers() {
    return run(
        "kubectl --namespace shop get mm shop-001-status"
            + " --output jsonpath='{.metadata.finalizers[*]}'");
  }

  /// A command of the page.
  private static String command(String begin) {
    return PAGE.lines().stream()
        .map(String::strip)
        .filter(line -> line.startsWith("`" + begin))
        .map(line -> line.substring(1, line.lastIndexOf('`')))
        .findFirst()
        .orElseThrow();
  }

  private static String run(String script) {
    return cluster.bash(script).orThrow();
  }
}
