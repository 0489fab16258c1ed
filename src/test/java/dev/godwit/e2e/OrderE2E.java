package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrderE2E {

  private static final String BACKUP = "backup: {policy: Never}";

  @RegisterExtension private final Story story = new Story();

  @Test
  void runsTheMigrationsOfADatabaseOneAfterTheOtherInTheOrderOfTheirVersions() {
    Seeds.users(story.database(), 2_000);
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(story.manifest("second", "2", BACKUP, step("{ $inc: { visits: 1000 } }")));
      story.apply(story.manifest("tenth", "10", BACKUP, step("{ $mul: { visits: 2 } }")));
      story.awaitPhase("tenth", Succeeded);

      assertThat(watched.versions("tenth"))
          .map(MongoMigration::getStatus)
          .filteredOn(it -> it.phase() == Pending)
          .anySatisfy(
              it -> {
                assertThat(it.message()).contains("second");
                assertThat(Story.condition(it, "Reconciling").orElseThrow().getReason())
                    .isIn("WaitingForPredecessor", "WaitingForTarget");
              });
    }
    MongoMigrationStatus second = story.status("second");
    MongoMigrationStatus tenth = story.status("tenth");
    assertThat(second.phase()).isEqualTo(Succeeded);
    assertThat(since(tenth, "Planning")).isGreaterThanOrEqualTo(since(second, "Succeeded"));
    assertThat(
            story
                .database()
                .getCollection("users", BsonDocument.class)
                .countDocuments(BsonDocument.parse("{visits: {$gte: 2000}}")))
        .as("first the sum, then the product")
        .isEqualTo(2_000);
  }

  private static String since(MongoMigrationStatus status, String phase) {
    return status.phases().stream()
        .filter(it -> it.phase().equals(phase))
        .findFirst()
        .orElseThrow()
        .since();
  }

  private static String step(String update) {
    return """
    steps:
    - name: visits
      update: {collection: users, update: '%s'}
    """
        .formatted(update);
  }
}
