package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.Storage;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/// The backups that migrations take and are restored from.
final class Backups {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Optional<Storage> storage;
  private final Clock clock;

  /// @param storage empty when migrations run without
  Backups(Optional<Storage> storage, Clock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /// Whether the manifest demands a backup before it is applied.
  static boolean isDemanded(MigrationFile migration) {
    BackupPolicy policy = migration.spec().backupPolicyOrDefault();
    return policy == BackupPolicy.Always
        || policy == BackupPolicy.WhenDestructive && migration.changelog().isDestructive();
  }

  /// Backs up what a new attempt will touch.
  ///
  /// @return its folder in the storage; empty when there is no storage
  Optional<String> take(RunEnvironment environment, Changelog changelog, int attempt) {
    if (storage.isEmpty()) {
      return Optional.empty();
    }
    String location =
        newLocation(
            environment.database(),
            new Attempt(changelog.version(), attempt, changelog.checksum(), 0).tag());
    new Dump(environment.database(), storage.get(), environment.progress(), environment.stop())
        .run(
            location,
            changelog.touchesWholeDatabase() ? List.of() : changelog.collections(),
            Compression.DEFAULT,
            BackupVerification.Checksum);
    return Optional.of(location);
  }

  /// A folder that no other backup has: two servers may share a storage.
  String newLocation(MongoDatabase database, String what) {
    return "%s/%s-%s".formatted(database.getName(), what, TIME.format(clock.instant()));
  }

  /// Refuses to begin what may need a backup that is not at hand: the rollback would fail, and the
  /// history would say so for good.
  ///
  /// @param state the attempt that is gone on with or taken back
  /// @throws RunException with verdict `Refused`
  void require(Changelog changelog, VersionState state) {
    if (state.backup().isEmpty()
        || !mayNeed(changelog, state)
        || storage.filter(it -> BackupManifest.exists(it, state.backup().get())).isPresent()) {
      return;
    }
    throw RunException.refused(
        "BackupMissing",
        "--backup-dir",
        "version %s may have to be taken back by its backup '%s', and %s; name where it is with --backup-dir or --storage"
            .formatted(
                state.version(),
                state.backup().get(),
                storage.isEmpty() ? "no folder of backups is named" : "it is not in this folder"));
  }

  private static boolean mayNeed(Changelog changelog, VersionState state) {
    if (state.last().type() == EventType.Restored) {
      return false;
    }
    return changelog.onFailure() == OnFailure.Restore
        || changelog.onFailure() == OnFailure.StepsThenRestore
            && !state.verified()
            && changelog.steps().stream().anyMatch(step -> step.needsBackup());
  }

  /// The way back over the backup of an attempt.
  ///
  /// @param location empty when the attempt has none
  /// @return empty when there is none in the storage
  Optional<RollbackRun.LastResort> lastResort(
      RunEnvironment environment, Optional<String> location) {
    if (storage.isEmpty()
        || location.isEmpty()
        || !BackupManifest.exists(storage.get(), location.get())) {
      return Optional.empty();
    }
    return Optional.of(lastResort(environment, storage.get(), location.get()));
  }

  /// The way back over a backup, which is looked for only when it is needed.
  static RollbackRun.LastResort lastResort(
      RunEnvironment environment, Storage storage, String location) {
    return (collections, tag, lease) ->
        new Restore(
                environment.database(), storage, environment.progress(), environment.stop(), lease)
            .swap(location, collections, tag)
            .setAside();
  }
}
