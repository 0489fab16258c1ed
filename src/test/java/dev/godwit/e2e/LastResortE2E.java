package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.RollbackFailed;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Snapshots;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LastResortE2E {

  @RegisterExtension private final Story story = new Story();

  @Test
  void restoresTheBackupWhenThatIsTheWayBack() {
    Seeds.users(story.database(), 2_000);
    story.database().getCollection("users").createIndex(Indexes.descending("visits"));
    Map<String, String> before = Snapshots.of(story.database());

    story.apply(
        story.manifest(
            "shop-009",
            "009",
            """
            steps:
            - name: visits
              update: {collection: users, update: '{ $inc: { visits: 1 }, $unset: { tags: 1 } }'}
            - name: index
              createIndexes: {collection: users, indexes: [{keys: [email]}]}
            verify:
              checks:
              - {name: enough, count: {collection: users, min: 1000000}}
            rollback: {onFailure: Restore}
            """));
    MongoMigrationStatus status = story.awaitPhase("shop-009", RolledBack);

    assertThat(status.setAside()).hasSize(1);
    assertThat(status.failure().step()).isEqualTo("enough");
    assertRestored(before, status);
    MongoCollection<BsonDocument> aside =
        story.database().getCollection(status.setAside().getFirst(), BsonDocument.class);
    assertThat(aside.countDocuments(BsonDocument.parse("{tags: {$exists: true}}"))).isZero();
    assertThat(aside.countDocuments()).isEqualTo(2_000);
    assertThat(story.events("shop-009"))
        .as("where newer writes are is told")
        .anyMatch(it -> it.startsWith("Warning") && it.contains(status.setAside().getFirst()));
  }

  @Test
  void restoresTheBackupWhenTheUndoIsImpossibleAndSomebodySaysSo() {
    Seeds.users(story.database(), 1_000);
    MongoCollection<BsonDocument> users =
        story.database().getCollection("users", BsonDocument.class);
    Map<String, String> before = Snapshots.of(story.database());
    String manifest =
        story.manifest(
            "shop-010",
            "010",
            """
            steps:
            - name: unique-visits
              update: {collection: users, update: '[ { $set: { visits: "$_id" } } ]'}
            """);
    story.apply(manifest);
    story.awaitPhase("shop-010", Succeeded);

    // The old values had duplicates: this index lets none of them come back.
    users.createIndex(Indexes.ascending("visits"), new IndexOptions().unique(true));
    story.apply(manifest + "  desiredState: RolledBack\n");
    MongoMigrationStatus failed = story.awaitPhase("shop-010", RollbackFailed);
    assertThat(failed.setAside()).isNull();
    assertThat(failed.message())
        .as("it was verified, so a person decides")
        .contains("rollback.onFailure to Restore", "Backup " + failed.backup());

    story.apply(
        manifest + "  desiredState: RolledBack\n  rollback: {onFailure: Restore}\n  retry: 1\n");
    MongoMigrationStatus status = story.awaitPhase("shop-010", RolledBack);

    assertThat(status.setAside()).hasSize(1);
    assertRestored(before, status);
  }

  @Test
  void refusesAtOnceWhatKeptNothingAndLeavesItApplied() {
    Seeds.users(story.database(), 1_000);
    Map<String, String> before = Snapshots.of(story.database());
    String manifest =
        story.manifest(
            "shop-012",
            "012",
            """
            steps:
            - name: status
              update: {collection: users, filter: '{ status: { $ne: "new" } }', update: '{ $set: { status: "new" } }'}
            """);
    story.apply(manifest + "  rollback: {undo: Skip}\n");
    story.awaitPhase("shop-012", Succeeded);
    Map<String, String> applied = Snapshots.of(story.database());
    assertThat(applied).isNotEqualTo(before);

    story.apply(manifest + "  desiredState: RolledBack\n  rollback: {undo: Skip}\n");
    MongoMigrationStatus refused =
        story.await(
            "shop-012",
            "Stalled",
            it ->
                it.conditions().stream()
                    .anyMatch(
                        each ->
                            each.getType().equals("Stalled")
                                && each.getReason().equals("NotRolledBack")));
    assertThat(refused.phase()).isEqualTo(Succeeded);
    assertThat(refused.failure().reason()).isEqualTo("NoUndo");
    assertThat(refused.message()).contains("nothing was changed", "rollback.onFailure to Restore");
    assertThat(Snapshots.of(story.database())).isEqualTo(applied);

    story.apply(
        manifest
            + "  desiredState: RolledBack\n  rollback: {undo: Skip, onFailure: Restore}\n  retry: 1\n");
    assertRestored(before, story.awaitPhase("shop-012", RolledBack));
  }

  @Test
  void neverClaimsThatDataIsAsBeforeWhenTheUndoLogIsGone() {
    Seeds.users(story.database(), 1_000);
    Map<String, String> before = Snapshots.of(story.database());
    String manifest =
        story.manifest(
            "shop-011",
            "011",
            """
            steps:
            - name: visits
              update: {collection: users, update: '{ $inc: { visits: 1 } }'}
            """);
    story.apply(manifest);
    story.awaitPhase("shop-011", Succeeded);
    Snapshots.ownCollections(story.database()).stream()
        .filter(name -> name.startsWith("_godwit_undo"))
        .forEach(name -> story.database().getCollection(name).drop());

    Map<String, String> applied = Snapshots.of(story.database());
    story.apply(manifest + "  desiredState: RolledBack\n");
    MongoMigrationStatus failed = story.awaitPhase("shop-011", RollbackFailed);

    assertThat(failed.failure().reason()).isEqualTo("UndoLogIncomplete");
    assertThat(Snapshots.of(story.database())).isEqualTo(applied).isNotEqualTo(before);
  }

  private void assertRestored(Map<String, String> before, MongoMigrationStatus status) {
    Map<String, String> now = new TreeMap<>(Snapshots.of(story.database()));
    if (status.setAside() != null) {
      now.keySet().removeAll(status.setAside());
    }
    assertThat(now).isEqualTo(before);
    System.out.println("set aside: " + status.setAside() + "; " + status.message());
  }
}
