package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.Snapshots;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Backups in a bucket, and the way back from them.
class RestoreE2E {

  private static final int USERS = 60_000;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @RegisterExtension private final Story story = new Story();

  @Test
  void putsADroppedAndASpoiltCollectionBackThoughOperatorAndPodAreKilledInTheMiddle() {
    Shelf shelf = new Shelf(story);
    seed();
    Map<String, String> before = Snapshots.of(story.database());
    MongoBackup backup = backUp(shelf, "nightly", "deletionPolicy: Delete");
    assertThat(backup.getStatus().documents()).isEqualTo(USERS + 1);
    assertThat(shelf.objects())
        .contains("godwit/" + backup.getStatus().location() + "/manifest.json");

    story.database().getCollection("settings").drop();
    story.database().getCollection("users").deleteMany(BsonDocument.parse("{visits: 3}"));
    story
        .database()
        .getCollection("users")
        .updateMany(BsonDocument.parse("{visits: 4}"), BsonDocument.parse("{$unset: {name: 1}}"));
    shelf.apply(
        "MongoRestore",
        "back",
        """
        source: {backupRef: {name: nightly}}
        target: %s
        """
            .formatted(shelf.target()));
    story.awaitThat("the restore's pod runs", () -> story.runningPod("restore").isPresent());
    Pod first = story.runningPod("restore").orElseThrow();
    GodwitInCluster.operatorPods().forEach(pod -> Cluster.admin().resource(pod).delete());
    story.awaitThat(
        "documents are loaded beside the live ones",
        () ->
            Snapshots.ownCollections(story.database()).stream()
                .filter(name -> name.startsWith("_godwit_shadow"))
                .anyMatch(
                    name -> story.database().getCollection(name).estimatedDocumentCount() > 0));
    GodwitInCluster.kill(first);
    MongoRestore done = await(shelf, "back");

    System.out.println(Kubectl.describe(story.namespace(), "mongorestore", "back"));
    assertThat(done.getStatus().phase())
        .as(done.getStatus().message())
        .isEqualTo(RestorePhase.Succeeded);
    assertThat(live(done)).isEqualTo(before);
    assertThat(story.pods("restore")).hasSize(2);
    assertThat(story.jobs("restore")).hasSize(1);
    MongoBackup safety =
        shelf.get(MongoBackup.class, done.getStatus().safetyBackup()).orElseThrow();
    assertThat(safety.getStatus().documents())
        .as("the spoilt state was kept, too")
        .isLessThan(USERS);
    Kubectl.run(
            "--namespace",
            story.namespace(),
            "wait",
            "--for=condition=Ready",
            "--timeout=5s",
            "mongobackup/nightly",
            "mongorestore/back")
        .ok();
  }

  @Test
  void deletesWhatIsStoredWithItsBackupAndNothingElse() {
    Shelf shelf = new Shelf(story);
    seed();
    MongoBackup goes = backUp(shelf, "goes", "deletionPolicy: Delete");
    MongoBackup stays = backUp(shelf, "stays", "deletionPolicy: Delete");

    Kubectl.run("--namespace", story.namespace(), "delete", "mongobackup", "goes", "--timeout=120s")
        .ok();

    assertThat(shelf.objects())
        .noneMatch(key -> key.contains(goes.getStatus().location()))
        .contains("godwit/" + stays.getStatus().location() + "/manifest.json")
        .hasSize(2);
  }

  @Test
  void refusesADamagedBackupBeforeAnythingIsChanged() {
    Shelf shelf = new Shelf(story);
    seed();
    MongoBackup backup = backUp(shelf, "nightly", "compression: {type: None}");
    shelf.damage("godwit/" + backup.getStatus().location() + "/archive");
    story.database().getCollection("settings").drop();
    Map<String, String> before = Snapshots.of(story.database());

    shelf.apply(
        "MongoRestore",
        "back",
        """
        source: {backupRef: {name: nightly}}
        target: %s
        safetyBackup: Never
        mode: Overwrite
        """
            .formatted(shelf.target()));
    MongoRestore failed = await(shelf, "back");

    assertThat(failed.getStatus().phase()).isEqualTo(RestorePhase.Failed);
    assertThat(failed.getStatus().message()).contains("is damaged", "no collection was touched");
    assertThat(failed.getStatus().failure().message()).contains("SHA-256");
    System.out.println(Kubectl.describe(story.namespace(), "mongorestore", "back"));
    assertThat(Snapshots.of(story.database())).isEqualTo(before);
  }

  private void seed() {
    Seeds.users(story.database(), USERS);
    story
        .database()
        .getCollection("users")
        .createIndex(Indexes.ascending("email"), new IndexOptions().unique(true));
    story
        .database()
        .getCollection("settings", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 'théme.dark', on: true, since: {$date: 1}}"));
  }

  private MongoBackup backUp(Shelf shelf, String name, String rest) {
    shelf.apply(
        "MongoBackup",
        name,
        "target: %s\nstorage: %s\n%s\n".formatted(shelf.target(), shelf.storage(), rest));
    MongoBackup backup =
        shelf.await(
            MongoBackup.class,
            name,
            "an end",
            PATIENCE,
            it -> phase(it) == BackupPhase.Succeeded || phase(it) == BackupPhase.Failed);
    assertThat(phase(backup)).as(backup.getStatus().message()).isEqualTo(BackupPhase.Succeeded);
    return backup;
  }

  private static BackupPhase phase(MongoBackup backup) {
    return backup.getStatus().phase();
  }

  private MongoRestore await(Shelf shelf, String name) {
    return shelf.await(
        MongoRestore.class,
        name,
        "an end",
        PATIENCE,
        it -> it.getStatus().phase() != null && it.getStatus().phase().isTerminal());
  }

  /// What applications see.
  private Map<String, String> live(MongoRestore done) {
    Map<String, String> now = new TreeMap<>(Snapshots.of(story.database()));
    if (done.getStatus().setAside() != null) {
      now.keySet().removeAll(done.getStatus().setAside());
    }
    return now;
  }
}
