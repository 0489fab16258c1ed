package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page with what `kubectl describe` says of each end of a migration, from a real API server.
///
/// `./mvnw surefire:test -Dtest=DescribePageIT -Dgodwit.docs=write` writes it anew.
class DescribePageIT {

  private static final Path PAGE = Path.of("docs/reference/describe.md");
  private static final String NAME = "shop-004";

  private static final String HEAD =
      """
      # What kubectl describe says at the end

      A MongoMigration in each phase in which it stays, as `kubectl describe mm` prints it. `DescribePageIT` makes this page with a real API server; times, UIDs
      and hashes are made alike.
      """;

  @Test
  void isAsPrinted() throws IOException {
    Kubectl.assumeThere();
    String page =
        HEAD
            + chapter(MigrationPhase.Succeeded, "Applied and verified.")
            + chapter(
                MigrationPhase.RolledBack,
                "A check failed after the last step, and the migration was taken back.")
            + chapter(
                MigrationPhase.Failed,
                "The plan was refused: nothing was changed, no backup taken.")
            + chapter(
                MigrationPhase.RollbackFailed,
                "A check failed, and the rollback, too: a [person must act](../runbooks/GodwitRollbackFailed.md).");
    if ("write".equals(System.getProperty("godwit.docs"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("-Dgodwit.docs=write writes it").hasContent(page);
  }

  private static String chapter(MigrationPhase phase, String what) {
    return "\n## %s\n\n%s\n\n```console\n$ kubectl describe mm shop-004 -n shop\n%s```\n"
        .formatted(phase, what, described(phase));
  }

  private static String described(MigrationPhase phase) {
    try (Lab lab = new Lab()) {
      lab.create(Samples.migration(lab.namespace, NAME, "004"));
      if (phase == MigrationPhase.Failed) {
        lab.ends(
            "plan",
            Results.of(
                Verdict.Refused,
                "spec.preconditions[0]: check 'some-users': 'users' has 0 documents, at least 1 is needed"));
      } else {
        lab.ends("plan", Results.PLANNED);
        lab.ends("backup", Results.BACKED_UP);
        lab.awaitPhase(NAME, MigrationPhase.Applying);
        lab.ends(
            "apply",
            phase == MigrationPhase.Succeeded ? Results.APPLIED : Results.VERIFICATION_FAILED);
      }
      if (phase == MigrationPhase.RolledBack) {
        lab.ends("rollback", Results.ROLLED_BACK);
      } else if (phase == MigrationPhase.RollbackFailed) {
        lab.ends(
            "rollback",
            Results.of(
                Verdict.RollbackFailed,
                "the undo log of step lower-case is incomplete; 3 documents cannot be put back"));
      }
      lab.awaitPhase(NAME, phase);
      lab.awaitMigration(
          NAME, it -> it.getStatus().observedGeneration().equals(it.getMetadata().getGeneration()));
      return Described.normal(Kubectl.describe(lab.namespace, "mm", NAME), lab.namespace);
    }
  }
}
