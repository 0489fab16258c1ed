package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SuccessE2E {

  private static final String REST =
      """
      preconditions:
      - {name: has-users, count: {collection: users, min: 1}}
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: lower-case
        update:
          collection: users
          filter: '{ email: { $type: "string" } }'
          update: '[ { $set: { email: { $toLower: "$email" } } } ]'
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}
      - name: roles
        insert: {collection: roles, documents: ['{ _id: "admin", rights: ["*"] }']}
      verify:
        checks:
        - {name: no-upper-case, noDocuments: {collection: users, filter: '{ email: { $regex: "[A-Z]" } }'}}
        - {name: nothing-lost, countUnchanged: {collection: users}}
        - {name: indexed, indexExists: {collection: users, keys: [email], unique: true}}
      batches: {size: 250, pause: 150ms}
      """;

  @RegisterExtension private final Story story = new Story();

  @Test
  void backsUpAppliesAndVerifiesAndShowsItAllTheTime() {
    Seeds.users(story.database(), 10_000);
    List<Map<String, String>> rows = new ArrayList<>();
    List<MigrationPhase> phases;
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(story.manifest("shop-001", "001", REST));
      story.awaitThat("a plan Job", () -> !story.jobs("plan").isEmpty());
      Figures.toJob(Figures.sinceApplied());
      story.awaitThat("a plan pod that runs", () -> hasStarted("plan"));
      Figures.toRunning(Figures.sinceApplied());
      story.await(
          "shop-001",
          "phase Succeeded",
          status -> {
            Map<String, String> row = Table.migrations(story.namespace()).getFirst();
            if (rows.isEmpty() || !rows.getLast().equals(row)) {
              rows.add(row);
            }
            assertThat(status.phase()).isNotIn(MigrationPhase.Failed, MigrationPhase.RollingBack);
            return status.phase() == Succeeded;
          });
      rows.add(Table.migrations(story.namespace()).getFirst());
      phases = watched.phases("shop-001", Succeeded);
    }
    rows.forEach(row -> System.out.println(String.join("  ", row.values())));
    story.events("shop-001").forEach(System.out::println);

    assertThat(phases).containsSubsequence(Planning, BackingUp, Applying, Succeeded);
    MongoMigrationStatus status = story.status("shop-001");
    assertThat(status.phases().stream().map(it -> it.phase()))
        .containsSubsequence("Planning", "BackingUp", "Applying", "Succeeded");
    assertRowsAreSensible(rows, status.backup());
    for (String type : List.of("Ready", "BackedUp", "Applied", "Verified")) {
      Story.assertCondition(status, type, "True");
    }
    assertThat(Story.condition(status, "Reconciling")).isEmpty();
    assertThat(Story.condition(status, "Stalled")).isEmpty();
    assertThat(status.failure()).isNull();
    assertThat(status.outcome())
        .extracting(it -> it.step())
        .containsExactly("audit", "lower-case", "index", "roles");
    assertThat(story.reasons("shop-001"))
        .containsSubsequence("PlanReady", "MigrationStarted", "StepCompleted", "MigrationSucceeded")
        .doesNotHaveDuplicates();
    assertThat(story.events("shop-001").stream().filter(it -> it.contains("StepCompleted")))
        .hasSize(4);

    assertThat(
            story.database().getCollection("users").countDocuments(Filters.regex("email", "[A-Z]")))
        .isZero();
    assertThat(Snapshots.ownCollections(story.database())).contains("_godwit_history");
    MongoBackup backup = story.backups().getFirst();
    assertThat(backup.getMetadata().getName()).isEqualTo(status.backup());
    assertThat(backup.getStatus().phase()).isEqualTo(BackupPhase.Succeeded);
    assertThat(backup.getStatus().documents()).isEqualTo(10_000);
    assertThat(story.backupFiles()).contains(backup.getStatus().location() + "/manifest.json");
    for (String command : List.of("plan", "backup", "apply")) {
      assertThat(story.jobs(command)).as(command).hasSize(1);
      assertThat(story.pods(command)).as(command).hasSize(1);
    }
    assertThat(story.jobs("rollback")).isEmpty();
  }

  private boolean hasStarted(String command) {
    return story.pods(command).stream()
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .anyMatch(
            it -> it.getState().getRunning() != null || it.getState().getTerminated() != null);
  }

  private static void assertRowsAreSensible(List<Map<String, String>> rows, String backup) {
    boolean begun = false;
    int done = 0;
    for (Map<String, String> row : rows) {
      assertThat(row.keySet())
          .containsExactly("NAME", "VERSION", "PHASE", "REASON", "STEP", "DONE", "BACKUP", "AGE");
      assertThat(row.get("VERSION")).isEqualTo("001");
      begun |= !row.get("PHASE").isEmpty();
      if (begun) {
        assertThat(row.get("PHASE")).isNotEmpty();
        assertThat(row.get("STEP")).as(row.toString()).matches("[0-4]/4");
        assertThat(row.get("DONE")).as(row.toString()).matches("[0-9]+%");
        int now = Integer.parseInt(row.get("DONE").replace("%", ""));
        assertThat(now).as("DONE grows: " + rows).isBetween(done, 100);
        done = now;
        assertThat(row.get("BACKUP"))
            .as(row.toString())
            .isIn(List.of("Pending", "Planning").contains(row.get("PHASE")) ? "" : backup, backup);
      }
    }
    Map<String, String> last = rows.getLast();
    assertThat(last).containsEntry("PHASE", "Succeeded").containsEntry("STEP", "4/4");
    assertThat(last).containsEntry("DONE", "100%").containsEntry("BACKUP", backup);
    assertThat(rows.stream().filter(row -> row.get("PHASE").equals("Applying")))
        .as("progress is seen while it runs: " + rows)
        .hasSizeGreaterThan(1);
  }
}
