package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.OwnCluster;
import dev.godwit.testing.Page;
import dev.godwit.testing.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The quick start does what it says: every command is run as it stands there, on a fresh cluster
/// that has the two images, and what it shows is what comes.
class QuickstartE2E {

  private static final Path QUICKSTART = Path.of("docs/quickstart.md");

  private static OwnCluster cluster;

  @BeforeAll
  static void newCluster() {
    assumeThat(System.getenv("GODWIT_LAB_HELM"))
        .as("GODWIT_LAB_HELM names the helm to install with")
        .isNotNull();
    cluster = OwnCluster.start();
    cluster.load(GodwitInCluster.image(), "godwit/godwit:dev");
    cluster.load(System.getenv().getOrDefault("GODWIT_LAB_DB_IMAGE", "mongo:8.0"), "mongo:8.0");
    cluster.offerVolumes(1);
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyCommandWorksAsWrittenAndShowsWhatThePageShows() {
    List<Page.Block> blocks = Page.read(QUICKSTART).blocks();
    Duration total = Duration.ZERO;
    String shown = "";
    for (Page.Block block : blocks) {
      switch (block.language()) {
        case "sh" -> {
          Shell.Said said = cluster.bash(block.text());
          System.out.printf(
              "%s:%d: %.1f s%n%s%n",
              QUICKSTART, block.line(), said.took().toMillis() / 1000.0, said.text().indent(2));
          if (said.exit() != 0) {
            System.out.println(diagnosis());
          }
          assertThat(said.exit()).as("%s, line %d", QUICKSTART, block.line()).isZero();
          shown = said.text();
          total = total.plus(said.took());
        }
        case "console" ->
            assertThat(comparable(shown))
                .as("%s, line %d", QUICKSTART, block.line())
                .containsAll(comparable(block.text()));
        default ->
            throw new AssertionError(
                "line %d: the quick start has commands and what they show, not '%s'"
                    .formatted(block.line(), block.language()));
      }
    }
    System.out.printf("the quick start's commands take %.1f s%n", total.toMillis() / 1000.0);
    assertThat(cluster.kubectl("get", "crd,clusterrole,namespace", "--output=name").orThrow())
        .as("cleaned up")
        .doesNotContain("godwit", "shop");
  }

  /// The lines of an output without what differs from run to run: times, sizes, hashes, the width
  /// of columns.
  private static List<String> comparable(String output) {
    return output
        .lines()
        .map(line -> line.replaceAll("-[0-9a-f]{8,10}\\b", "-HASH"))
        .map(line -> line.replaceAll("\\b([0-9]+(\\.[0-9]+)?(ms|s|m|h))+\\b", "TIME"))
        .map(line -> line.replaceAll("\\b[0-9]+(Ki|Mi)?\\b(?= +[0-9]+ +TIME)", "SIZE"))
        .map(line -> line.replaceAll("\\s+", " ").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static String diagnosis() {
    return cluster
        .bash(
            """
            kubectl get all,pvc,pv,mm,mbk,events --all-namespaces || true
            kubectl describe mm,pods --all-namespaces || true
            kubectl logs --namespace godwit-system deployment/godwit-operator --tail 100 || true
            """)
        .text();
  }
}
