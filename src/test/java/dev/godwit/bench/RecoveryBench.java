package dev.godwit.bench;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bson.Document;

/// How long the old data is away: a migration with a backup fails its verification, and the backup
/// is restored by itself. By the times of the history's events, so neither the backup nor the
/// migration count.
final class RecoveryBench {

  private static final int CHANGED = 1_000;
  private static final String MANIFEST =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoMigration
      metadata: {name: bench-recovery}
      spec:
        version: "%d"
        target: {secretRef: {name: mongodb}}
        steps:
        - name: mark
          update:
            collection: orders0
            filter: '{_id: {$lt: %d}, marked: {$exists: false}}'
            update: '{$set: {marked: true}}'
        verify:
          checks:
          - {name: none-is-marked, noDocuments: {collection: orders0, filter: '{marked: true}'}}
        backup: {policy: Always, storage: {persistentVolumeClaim: {claimName: backups}}}
        rollback: {onFailure: Restore}
      """;

  private final BackupTools tools;
  private final MongoDatabase database;

  RecoveryBench(BackupTools tools, MongoDatabase database) {
    this.tools = tools;
    this.database = database;
  }

  void run(long bytes, int runs) {
    System.out.printf(
        "%nFrom a failed verification to the old data, %,.0f MB in one collection%n%n"
            + "| run | restored, s | compared and recorded, s | peak memory of the whole run, MB |%n"
            + "| ---: | ---: | ---: | ---: |%n",
        bytes / 1e6);
    for (int run = 1; run <= runs; run++) {
      one(run);
    }
    System.out.println();
  }

  private void one(int run) {
    Path manifests = tools.folder().resolve("recovery" + run);
    Workshop.write(manifests.resolve("m.yaml"), MANIFEST.formatted(run, CHANGED));
    MeasuredProcess.Taken taken = tools.up(manifests).run(ExitCode.VERIFICATION_FAILED);
    long marked = database.getCollection("orders0").countDocuments(new Document("marked", true));
    if (marked != 0) {
      throw new IllegalStateException("%d documents are still marked".formatted(marked));
    }
    List<HistoryEvent> events = History.events(database);
    Instant failed = at(events, EventType.VerificationFailed);
    System.out.printf(
        "| %d | %.1f | %.1f | %.0f |%n",
        run,
        Duration.between(failed, at(events, EventType.Restored)).toMillis() / 1e3,
        Duration.between(failed, at(events, EventType.RolledBack)).toMillis() / 1e3,
        taken.peakBytes() / 1e6);
    RestoreBench.dropOwn(database);
    tools.delete("recovery" + run);
    tools.delete(BackupTools.DATABASE);
  }

  private static Instant at(List<HistoryEvent> events, EventType type) {
    return events.stream()
        .filter(event -> event.type() == type)
        .map(HistoryEvent::at)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the history has no event " + type));
  }
}
