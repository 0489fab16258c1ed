package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.Snapshots;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RollbackE2E {

  private static final String LOWER_CASE =
      """
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: lower-case
        update:
          collection: users
          update: '[ { $set: { email: { $toLower: "$email" } } }, { $unset: "address.zip" } ]'
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}
      verify:
        checks:
        - {name: enough, count: {collection: users, min: 1000000}}
      """;

  @RegisterExtension private final Story story = new Story();

  @Test
  void rollsBackWhenTheVerificationFailsAndAppliesAgainWhenAskedTo() {
    Seeds.users(story.database(), 2_000);
    Map<String, String> before = Snapshots.of(story.database());
    String manifest = story.manifest("shop-002", "002", LOWER_CASE);
    MongoMigrationStatus status;
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(manifest);
      status = story.awaitPhase("shop-002", RolledBack);
      assertThat(watched.phases("shop-002", RolledBack))
          .containsSubsequence(Planning, RollingBack, RolledBack);
    }
    System.out.println(Kubectl.describe(story.namespace(), "mongomigration", "shop-002"));

    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    assertThat(Snapshots.ownCollections(story.database()))
        .noneMatch(name -> name.startsWith("_godwit_undo"));
    assertThat(status.failure().step()).isEqualTo("enough");
    assertThat(status.failure().message()).contains("users", "1000000", "2000");
    Story.assertCondition(status, "Ready", "False");
    assertThat(Story.assertCondition(status, "Stalled", "True").getMessage())
        .contains("data is as before", "enough", "spec.retry");
    assertThat(Story.assertCondition(status, "Verified", "False").getReason())
        .isEqualTo("VerificationFailed");
    Story.assertCondition(status, "RolledBack", "True");
    Story.assertCondition(status, "BackedUp", "True");
    assertThat(story.reasons("shop-002"))
        .containsSubsequence("VerificationFailed", "RollbackStarted", "RolledBack");
    assertThat(story.events("shop-002"))
        .anyMatch(it -> it.startsWith("Warning VerificationFailed") && it.contains("enough"));

    story.apply(manifest.replace("min: 1000000", "min: 1000") + "  retry: 1\n");
    status = story.awaitPhase("shop-002", Succeeded);

    assertThat(status.attempt()).isEqualTo(2);
    assertThat(status.failure()).isNull();
    Story.assertCondition(status, "Ready", "True");
    assertThat(Story.condition(status, "Stalled")).isEmpty();
    assertThat(Story.condition(status, "RolledBack")).isEmpty();
    assertThat(
            story
                .database()
                .getCollection("users")
                .countDocuments(BsonDocument.parse("{email: /[A-Z]/}")))
        .isZero();
    assertThat(story.backups()).as("one backup an attempt").hasSize(2);
  }

  @Test
  void rollsBackWhenAStepInTheMiddleFails() {
    Seeds.users(story.database(), 2_000);
    story
        .database()
        .getCollection("users", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 'twin', email: 'user7@example.com', visits: 1}"));
    Map<String, String> before = Snapshots.of(story.database());

    story.apply(story.manifest("shop-003", "003", LOWER_CASE));
    MongoMigrationStatus status = story.awaitPhase("shop-003", RolledBack);

    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    assertThat(status.failure().step()).isEqualTo("index");
    assertThat(status.failure().message()).contains("users");
    assertThat(Story.assertCondition(status, "Stalled", "True").getMessage())
        .contains("index", "spec.retry");
    assertThat(Story.condition(status, "Verified")).isEmpty();
    assertThat(story.reasons("shop-003"))
        .containsSubsequence("StepFailed", "RollbackStarted", "RolledBack");
    assertThat(story.jobs("rollback")).hasSize(1);
  }
}
