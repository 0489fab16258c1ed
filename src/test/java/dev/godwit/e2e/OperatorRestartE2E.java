package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.Snapshots;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OperatorRestartE2E {

  private static final int SLOW_CHECKS = 60;

  @RegisterExtension private final Story story = new Story();

  /// Verification takes some seconds, so that the operator can be killed in it, and fails.
  private static String rest() {
    String checks =
        IntStream.range(0, SLOW_CHECKS)
            .mapToObj(
                i ->
                    "  - {name: slow-%d, noDocuments: {collection: users, filter: '{ email: { $regex: \"x.*y.*%d\" } }'}}\n"
                        .formatted(i, i))
            .collect(Collectors.joining());
    return """
    steps:
    - name: count
      update: {collection: users, update: '{ $inc: { visits: 1 } }'}
    - name: index
      createIndexes: {collection: users, indexes: [{keys: [visits]}]}
    batches: {size: 500, pause: 400ms}
    verify:
      checks:
    """
        + checks
        + "  - {name: impossible, count: {collection: users, equals: 7}}\n";
  }

  @Test
  void convergesWhenTheOperatorIsKilledInEachPhase() {
    Seeds.users(story.database(), 20_000);
    Map<String, String> before = Snapshots.of(story.database());
    List<MigrationPhase> phases;
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(story.manifest("shop-006", "006", rest()));
      killIn(Planning, false);
      killIn(BackingUp, true);
      killIn(Applying, false);
      killIn(Verifying, true);
      killIn(RollingBack, false);
      story.awaitPhase("shop-006", RolledBack);
      phases = watched.phases("shop-006", RolledBack);
    }
    GodwitInCluster.awaitReady();
    MongoMigrationStatus status = story.status("shop-006");
    System.out.println("phases with the operator killed in each: " + phases);

    assertThat(phases).containsSubsequence(Planning, BackingUp, Applying, RollingBack, RolledBack);
    assertThat(phases).doesNotHaveDuplicates();
    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    assertThat(status.failure().step()).isEqualTo("impossible");
    for (String command : List.of("plan", "backup", "apply", "rollback")) {
      assertThat(story.jobs(command)).as("Jobs that run " + command).hasSize(1);
      assertThat(story.pods(command)).as("pods that run " + command).hasSize(1);
    }
    assertThat(story.jobs("verdict")).isEmpty();
    assertThat(story.backups()).hasSize(1);
    assertThat(story.reasons("shop-006"))
        .contains(
            "PlanReady", "MigrationStarted", "VerificationFailed", "RollbackStarted", "RolledBack");
    assertThat(story.events("shop-006").stream().map(it -> it.split(":")[0]))
        .filteredOn(reason -> !reason.contains("StepCompleted"))
        .as("each is told once")
        .doesNotHaveDuplicates();
  }

  /// @param replaced whether the pod is replaced by another; else its container starts again
  private void killIn(MigrationPhase phase, boolean replaced) {
    GodwitInCluster.awaitReady();
    story.await(
        "shop-006",
        phase + ", to kill the operator in it",
        status -> status.phase() != null && status.phase().compareTo(phase) >= 0);
    MigrationPhase seen = story.status("shop-006").phase();
    if (seen != phase) {
      System.out.printf("%s passed while the operator was away: it is %s%n", phase, seen);
      return;
    }
    Pod operator = GodwitInCluster.operatorPods().getFirst();
    if (replaced) {
      Cluster.admin().pods().resource(operator).withGracePeriod(0).delete();
    } else {
      GodwitInCluster.kill(operator);
    }
    System.out.printf("killed the operator (%s) in phase %s%n", replaced ? "pod" : "process", seen);
  }
}
