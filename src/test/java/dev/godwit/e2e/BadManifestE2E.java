package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BadManifestE2E {

  private static final String GOOD =
      """
      preconditions:
      - {name: has-users, count: {collection: users, min: 1}}
      steps:
      - name: lower-case
        update:
          collection: users
          filter: '{ email: { $type: "string" } }'
          update: '[ { $set: { email: { $toLower: "$email" } } } ]'
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [email]}]}
      """;

  /// @param from what is right
  /// @param to what is wrong instead
  /// @param path what the answer names
  private record Mistake(String from, String to, String path) {}

  @RegisterExtension private final Story story = new Story();

  @Test
  void theApiServerRefusesWhatItCanSee() {
    for (Mistake mistake :
        List.of(
            new Mistake("  createIndexes:", "  dropEverything:", "spec.steps[1].dropEverything"),
            new Mistake(
                "  createIndexes:",
                "  createCollection: {collection: more}\n  createIndexes:",
                "spec.steps[1]"),
            new Mistake("filter: ", "filtre: ", "spec.steps[0].update.filtre"),
            new Mistake("name: index", "name: lower-case", "spec.steps"),
            new Mistake("name: index", "name: Index", "spec.steps[1].name"),
            new Mistake("collection: users, min: 1", "collection: users", "spec.preconditions[0]"),
            new Mistake("count: {collection: users, min: 1}", "", "spec.preconditions[0]"),
            new Mistake(
                "keys: [email]", "keys: []", "spec.steps[1].createIndexes.indexes[0].keys"))) {
      assertThat(GOOD).contains(mistake.from());
      assertThat(
              story.refusal(
                  story.manifest("shop-1", "1", GOOD.replace(mistake.from(), mistake.to()))))
          .as(mistake.to())
          .contains(mistake.path());
    }
    for (String version : List.of("9".repeat(65), "1 2", "", "../1")) {
      assertThat(story.refusal(story.manifest("shop-1", version, GOOD)))
          .as(version)
          .contains("spec.version");
    }
    assertThat(story.resource("shop-1").get()).isNull();
  }

  @Test
  void theOperatorStartsNothingWhenNobodySaysWhereBackupsGo() {
    story.apply(story.manifest("shop-1", "1", "", GOOD));
    MongoMigrationStatus status = story.awaitPhase("shop-1", Failed);
    assertThat(status.failure().reason()).isEqualTo("StorageMissing");
    assertThat(status.message()).contains("spec.backup.storage is missing", "nothing was changed");
    assertThat(story.jobs("plan")).isEmpty();
  }

  @Test
  void theRunnerRefusesTheRestWithThePathOfTheFieldAndTouchesNothing() {
    Seeds.users(story.database(), 500);
    Map<String, String> before = Snapshots.of(story.database());
    List<Mistake> mistakes =
        List.of(
            new Mistake("{ email: { $type", "{ email: { $type\": ", "spec.steps[0].update.filter"),
            new Mistake("$toLower", "$toLowest", "spec.steps[0].update.update"),
            new Mistake("min: 1", "min: 501", "spec.preconditions[0]"),
            new Mistake(
                "createIndexes: {collection: users",
                "createIndexes: {collection: user",
                "spec.steps[1].createIndexes.collection"),
            new Mistake(
                "createIndexes: {collection: users",
                "createIndexes: {collection: _godwit_lock",
                "spec.steps[1].createIndexes.collection"));
    for (int i = 0; i < mistakes.size(); i++) {
      assertThat(GOOD).contains(mistakes.get(i).from());
      story.apply(
          story.manifest(
              "shop-" + i, "1", GOOD.replace(mistakes.get(i).from(), mistakes.get(i).to())));
      MongoMigrationStatus status = story.awaitPhase("shop-" + i, Failed);
      String path = mistakes.get(i).path();
      assertThat(status.failure().message()).contains(path);
      assertThat(Story.assertCondition(status, "Stalled", "True").getMessage()).contains(path);
      Story.assertCondition(status, "Ready", "False");
      assertThat(Story.assertCondition(status, "Applied", "False").getReason())
          .isEqualTo("NothingChanged");
      assertThat(story.events("shop-" + i))
          .anyMatch(it -> it.startsWith("Warning MigrationFailed") && it.contains(path));
      System.out.println(status.failure().message());
      int number = i;
      story.resource("shop-" + i).delete();
      story.awaitThat("it is gone", () -> story.resource("shop-" + number).get() == null);
    }
    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    assertThat(Snapshots.ownCollections(story.database())).isEmpty();
    assertThat(story.backups()).isEmpty();
    assertThat(story.jobs("apply")).isEmpty();
  }
}
