package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.SpecHash;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.VerifyMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.backup.StoredBackupCheck;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.Storage;
import java.util.List;

/// Verifies a stored backup of a MongoBackupSchedule: reads it back, and with `verifyMode: Restore`
/// also restores it into a database of its own, which is dropped.
final class VerifyJob {

  /// No database of the user's is called so; nothing else is dropped.
  static final String SCRATCH_PREFIX = "godwit_verify_";

  private static final String TAG = "verify";

  private final MongoBackupSchedule manifest;

  /// @throws RunException `Refused` when the manifest is wrong
  VerifyJob(MongoBackupSchedule manifest) {
    if (manifest.getSpec() == null || manifest.getSpec().template() == null) {
      throw RunException.refused("InvalidManifest", "spec.template", "it is missing");
    }
    if (manifest.getMetadata() == null || manifest.getMetadata().getUid() == null) {
      throw RunException.refused("InvalidManifest", "metadata.uid", "it is missing");
    }
    this.manifest = manifest;
  }

  /// Name of the database that a backup is restored into, one for each schedule.
  String database() {
    return SCRATCH_PREFIX + SpecHash.sha256(manifest.getMetadata().getUid()).substring(0, 10);
  }

  /// @param location folder of the backup in its storage
  RunResult run(RunEnvironment environment, Storage storage, String location) {
    boolean restores = manifest.getSpec().verifyModeOrDefault() == VerifyMode.Restore;
    BackupManifest backup =
        restores
            ? restore(environment, storage, location)
            : StoredBackupCheck.run(storage, location, environment.progress(), environment.stop());
    return new RunResult(
        Verdict.Verified,
        backup.database(),
        null,
        null,
        null,
        null,
        null,
        null,
        backup.summary(location),
        null);
  }

  private static BackupManifest restore(
      RunEnvironment environment, Storage storage, String location) {
    MongoDatabase scratch = environment.database();
    if (!scratch.getName().startsWith(SCRATCH_PREFIX)) {
      throw new IllegalStateException("'%s' is not ours to drop".formatted(scratch.getName()));
    }
    scratch.drop();
    try {
      new Restore(scratch, storage, environment.progress(), environment.stop())
          .swap(location, List.of(), TAG);
    } finally {
      scratch.drop();
    }
    return BackupManifest.read(storage, location);
  }
}
