package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.Snapshots;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InterruptionE2E {

  private static final int USERS = 20_000;
  private static final int KILLED = 137;

  /// About ten seconds of work; done twice it shows.
  private static final String BACKFILL =
      """
      steps:
      - name: count
        update: {collection: users, update: '{ $inc: { visits: 1000 }, $push: { tags: "new" } }'}
      verify:
        checks:
        - {name: nothing-lost, countUnchanged: {collection: users}}
      batches: {size: 200, pause: 80ms}
      """;

  @RegisterExtension private final Story story = new Story();
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    Seeds.users(story.database(), USERS);
    users = story.database().getCollection("users", BsonDocument.class);
  }

  @Test
  void resumesAfterTheRunnerWasKilledAndAfterItWasStoppedAndChangesEachDocumentOnce() {
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(story.manifest("shop-004", "004", BACKFILL));
      awaitChanged(USERS / 5);
      Pod first = story.runningPod("apply").orElseThrow();
      GodwitInCluster.kill(first);
      awaitChanged(USERS * 3 / 5);
      Pod second = story.runningPod("apply").orElseThrow();
      assertThat(second.getMetadata().getUid()).isNotEqualTo(first.getMetadata().getUid());
      Cluster.admin().pods().resource(second).delete();
      story.awaitPhase("shop-004", Succeeded);

      watched.awaitExits(
          Map.of(
              first.getMetadata().getName(),
              KILLED,
              second.getMetadata().getName(),
              ExitCode.INTERRUPTED));
    }
    assertThat(users.countDocuments(changed())).isEqualTo(USERS);
    assertThat(users.countDocuments(BsonDocument.parse("{visits: {$gte: 2000}}"))).isZero();
    assertThat(users.countDocuments(BsonDocument.parse("{'tags.3': {$exists: true}}"))).isZero();
    assertThat(users.countDocuments(BsonDocument.parse("{'tags.2': 'new'}"))).isEqualTo(USERS);
    assertThat(story.jobs("apply")).hasSize(1);
    assertThat(story.backups()).hasSize(1);
    assertThat(story.status("shop-004").outcome().getFirst().changed()).isEqualTo(USERS);
  }

  @Test
  void deletingAMigrationStopsItsJobGracefullyAndLeavesDataAndBackup() {
    Map<String, String> before = Snapshots.of(story.database());
    MongoMigrationStatus status;
    try (Watched watched = new Watched(story.namespace())) {
      story.apply(story.manifest("shop-005", "005", BACKFILL));
      status = story.await("shop-005", "Applying", it -> it.phase() == Applying);
      awaitChanged(USERS / 5);
      Pod pod = story.runningPod("apply").orElseThrow();

      story.resource("shop-005").delete();
      story.awaitThat("the migration is gone", () -> story.resource("shop-005").get() == null);

      watched.awaitExits(Map.of(pod.getMetadata().getName(), ExitCode.INTERRUPTED));
      assertThat(story.backups())
          .extracting(it -> it.getMetadata().getName())
          .containsExactly(status.backup());
    }
    long stopped = users.countDocuments(changed());
    assertThat(stopped).isBetween(USERS / 5L, USERS - 1L);
    assertThat(story.runningPod("apply")).isEmpty();
    BsonDocument lock =
        story.database().getCollection("_godwit_lock", BsonDocument.class).find().first();
    assertThat(lock.get("owner").isNull()).as("lock is free: " + lock).isTrue();
    story.awaitThat("its Jobs are gone", () -> story.jobs("apply").isEmpty());
    assertThat(users.countDocuments(changed())).isEqualTo(stopped);

    // Created again it finds a run that never ended; the backup is that of another resource, so
    // what was begun is taken back.
    story.apply(story.manifest("shop-005", "005", BACKFILL));
    status = story.awaitPhase("shop-005", RolledBack);
    assertThat(Snapshots.of(story.database())).isEqualTo(before);
    assertThat(status.message()).contains("spec.retry");
  }

  private void awaitChanged(int count) {
    story.awaitThat(count + " documents changed", () -> users.countDocuments(changed()) >= count);
  }

  private static BsonDocument changed() {
    return BsonDocument.parse("{visits: {$gte: 1000}}");
  }
}
