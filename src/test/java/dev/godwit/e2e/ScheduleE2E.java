package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ScheduleE2E {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @RegisterExtension private final Story story = new Story();

  @Test
  void takesBackupsProvesThemKeepsTheLatestAndFindsTheOneOfAPointInTime() {
    Shelf shelf = new Shelf(story);
    Seeds.users(story.database(), 5_000);
    Map<String, String> before = Snapshots.of(story.database());
    shelf.apply(
        "MongoBackupSchedule",
        "minutely",
        """
        schedule: "* * * * *"
        template:
          target: %s
          storage: %s
        retention: {keepLast: 1}
        verifyEvery: 1m
        verifyMode: Restore
        """
            .formatted(shelf.target(), shelf.storage()));
    String first =
        await(shelf, "a backup", it -> it.lastSuccessfulBackup() != null).lastSuccessfulBackup();
    // It stays until a later one is proved.
    story.awaitThat("the first one is deleted", () -> backups().stream().noneMatch(first::equals));
    suspend(shelf);
    MongoBackupScheduleStatus status =
        await(
            shelf,
            "one backup is left, and it is proved",
            it ->
                it.phase() == SchedulePhase.Suspended
                    && Integer.valueOf(1).equals(it.backups())
                    && it.verification().result() != VerificationResult.Running
                    && backups().equals(List.of(String.valueOf(it.verifiedBackup()))));
    System.out.println(Kubectl.describe(story.namespace(), "mongobackupschedule", "minutely"));
    System.out.println(
        Kubectl.run("--namespace", story.namespace(), "get", "mbs,mbk", "-o", "wide").ok());

    assertThat(status.verification().result())
        .as(status.verification().message())
        .isEqualTo(VerificationResult.Succeeded);
    assertThat(shelf.objects())
        .as("data of the deleted backup")
        .noneMatch(key -> key.contains(first));
    story.awaitThat("no scratch database is left", () -> scratchDatabases().isEmpty());

    story.database().getCollection("users").deleteMany(new BsonDocument());
    shelf.apply(
        "MongoRestore",
        "back",
        """
        source: {latestBefore: {schedule: minutely, time: "%s"}}
        target: %s
        safetyBackup: Never
        """
            .formatted(Instant.now(), shelf.target()));
    MongoRestore done =
        shelf.await(
            MongoRestore.class,
            "back",
            "an end",
            PATIENCE,
            it -> it.getStatus().phase() != null && it.getStatus().phase().isTerminal());
    assertThat(done.getStatus().phase())
        .as(done.getStatus().message())
        .isEqualTo(RestorePhase.Succeeded);
    assertThat(done.getStatus().source().gap()).isNotNull();
    Map<String, String> now = new TreeMap<>(Snapshots.of(story.database()));
    now.keySet().removeIf(name -> name.startsWith("_godwit_"));
    assertThat(now).isEqualTo(before);
  }

  private void suspend(Shelf shelf) {
    Kubectl.run(
            "--namespace",
            story.namespace(),
            "patch",
            "mongobackupschedule/minutely",
            "--type=merge",
            "--patch={\"spec\":{\"suspend\":true}}")
        .ok();
  }

  private List<String> backups() {
    return story.backups().stream().map(MongoBackup::getMetadata).map(it -> it.getName()).toList();
  }

  private static List<String> scratchDatabases() {
    return MongoServer.client().listDatabaseNames().into(new ArrayList<>()).stream()
        .filter(name -> name.startsWith("godwit_verify_"))
        .toList();
  }

  private static MongoBackupScheduleStatus await(
      Shelf shelf, String what, Predicate<MongoBackupScheduleStatus> condition) {
    return shelf
        .await(
            MongoBackupSchedule.class,
            "minutely",
            what,
            PATIENCE,
            it -> condition.test(it.getStatus()))
        .getStatus();
  }
}
