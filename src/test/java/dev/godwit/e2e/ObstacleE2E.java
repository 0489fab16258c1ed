package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObstacleE2E {

  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  @RegisterExtension private final Story story = new Story();

  @Test
  void namesTheMissingSecretWithinAMinuteAndGoesOnWhenItIsThere() {
    Seeds.users(story.database(), 100);
    story.deleteSecret();
    story.apply(
        story.manifest(
            "shop-008",
            "008",
            "backup: {policy: Never}",
            """
            steps:
            - name: index
              createIndexes: {collection: users, indexes: [{keys: [email]}]}
            """));
    MongoMigrationStatus status =
        story.await(
            "shop-008",
            "the missing Secret is named",
            A_MINUTE,
            it ->
                Story.condition(it, "Reconciling")
                    .filter(condition -> condition.getReason().equals("SecretMissing"))
                    .isPresent());
    System.out.println("the missing Secret was named after " + Figures.sinceApplied());
    assertThat(status.phase()).isEqualTo(Planning);
    assertThat(Story.condition(status, "Reconciling").orElseThrow().getMessage())
        .contains(Story.SECRET, story.namespace(), "uri");
    assertThat(story.events("shop-008"))
        .anyMatch(it -> it.startsWith("Warning SecretMissing") && it.contains(Story.SECRET));

    story.createSecret();
    status = story.awaitPhase("shop-008", Succeeded);
    assertThat(Story.condition(status, "Reconciling")).isEmpty();
    assertThat(story.jobs("plan")).hasSize(1);
    assertThat(story.backups()).isEmpty();
    assertThat(Story.assertCondition(status, "BackedUp", "False").getReason())
        .isEqualTo("NotRequired");
  }
}
