package dev.godwit.cli;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.storage.Storage;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the backups of migrations are: where the command line says, for all of them, else where
/// the manifest says, as far as that can be reached from outside of a cluster.
final class BackupPlaces {

  private final BackupOptions options;
  private final Optional<Storage> named;
  private final Clock clock;
  private final Map<BackupStorage, Optional<Storage>> ofManifests = new HashMap<>();

  /// @throws dev.godwit.engine.RunException with verdict `Refused` when the options make no sense
  BackupPlaces(BackupOptions options, Clock clock) {
    this.options = options;
    this.named = options.storage();
    this.clock = clock;
  }

  /// The storage for a migration; empty when there is none, or only in a cluster.
  Optional<Storage> storage(MongoMigrationSpec spec) {
    BackupStorage manifest = spec.backupStorage();
    return named.isPresent() || manifest == null
        ? named
        : ofManifests.computeIfAbsent(manifest, options::reachable);
  }

  /// The backups of a migration.
  Backups of(MongoMigrationSpec spec) {
    return new Backups(storage(spec), clock);
  }

  /// Why there is no storage, for people.
  static String whyNone(MongoMigrationSpec spec) {
    BackupStorage manifest = spec.backupStorage();
    return manifest == null || manifest.persistentVolumeClaim() == null
        ? ""
        : "; the PersistentVolumeClaim '%s' of its manifest can only be seen from pods of its cluster"
            .formatted(manifest.persistentVolumeClaim().claimName());
  }
}
