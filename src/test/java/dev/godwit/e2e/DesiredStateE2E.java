package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Snapshots;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DesiredStateE2E {

  private static final String REST =
      """
      steps:
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 }, $set: { "address.country": "NL" } }'}
      - name: roles
        insert: {collection: roles, documents: ['{ _id: "admin" }']}
      - name: index
        createIndexes: {collection: users, indexes: [{keys: ["address.country", "-visits"]}]}
      """;

  @RegisterExtension private final Story story = new Story();

  @Test
  void takesBackWhatIsNotWantedAndAppliesAgainOnlyWhenRetryIsRaised() {
    Seeds.users(story.database(), 1_000);
    Map<String, String> before = Snapshots.of(story.database());
    String manifest = story.manifest("shop-007", "007", REST);
    story.apply(manifest);
    story.awaitPhase("shop-007", Succeeded);
    Map<String, String> after = Snapshots.of(story.database());
    assertThat(after).isNotEqualTo(before);

    story.apply(manifest + "  desiredState: RolledBack\n");
    MongoMigrationStatus status = story.awaitPhase("shop-007", RolledBack);
    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    Story.assertCondition(status, "Ready", "True");
    assertThat(Story.condition(status, "Stalled")).isEmpty();
    assertThat(status.failure()).isNull();
    assertThat(story.reasons("shop-007"))
        .containsSubsequence("MigrationSucceeded", "RollbackStarted", "RolledBack");

    story.apply(manifest + "  desiredState: Applied\n");
    long generation = story.resource("shop-007").get().getMetadata().getGeneration();
    status =
        story.await(
            "shop-007",
            "the status speaks of the new spec",
            it -> Objects.equals(it.observedGeneration(), generation));
    assertThat(status.phase()).isEqualTo(RolledBack);
    assertThat(Story.assertCondition(status, "Ready", "False").getMessage()).contains("spec.retry");
    assertThat(story.jobs("apply")).hasSize(1);
    assertThat(Snapshots.of(story.database())).isEqualTo(before);

    story.apply(manifest + "  retry: 1\n");
    status = story.awaitPhase("shop-007", Succeeded);
    assertThat(Snapshots.of(story.database())).isEqualTo(after);
    assertThat(status.attempt()).isEqualTo(2);
    assertThat(story.jobs("apply")).hasSize(2);
  }
}
