package dev.godwit.cli;

import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.SpecHash;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.run.RestoreRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.nio.file.Path;

/// Restores what a MongoRestore asks for. All its Jobs share a tag, so that each goes on where the
/// one before ended.
final class RestoreJob {

  private final MongoRestore manifest;
  private final MongoRestoreSpec spec;

  /// @throws RunException `Refused` when the manifest is wrong
  RestoreJob(MongoRestore manifest) {
    if (manifest.getSpec() == null || manifest.getSpec().target() == null) {
      throw RunException.refused("InvalidManifest", "spec.target", "it is missing");
    }
    if (manifest.getMetadata() == null || manifest.getMetadata().getUid() == null) {
      throw RunException.refused("InvalidManifest", "metadata.uid", "it is missing");
    }
    this.manifest = manifest;
    this.spec = manifest.getSpec();
  }

  /// Name of the database that is written; null for the connection string's.
  String database() {
    return spec.database();
  }

  /// @param location folder of the backup below `backupDir`
  RunResult run(RunEnvironment environment, Path backupDir, String location) {
    if (backupDir == null) {
      throw RunException.refused("StorageMissing", "--backup-dir", "it is needed for a restore");
    }
    requireSupported();
    Storage storage = new FileSystemStorage(backupDir);
    RestoreRun run = new RestoreRun(environment, storage, location, spec.collectionsOrEmpty());
    RestoreRun.Plan plan = run.plan();
    String database = environment.database().getName();
    if (spec.into() == null && !plan.backup().database().equals(database)) {
      throw RunException.refused(
          "OtherDatabase",
          "spec.into",
          "the backup is of the database '%s', not of '%s'; nothing was changed. If it is meant to go there, create a MongoRestore with into: %s"
              .formatted(plan.backup().database(), database, database));
    }
    Restored restored = run.run(tag());
    return new RunResult(
        Verdict.Restored,
        database,
        null,
        null,
        null,
        null,
        restored.setAside().stream().map(SetAside::aside).toList(),
        null,
        null,
        new RestoreSummary(restored.documents(), restored.collections().size(), plan.undone()),
        null);
  }

  private String tag() {
    return "mrst-" + SpecHash.sha256(manifest.getMetadata().getUid()).substring(0, 10);
  }

  /// What the engine cannot do yet is refused whole.
  private void requireSupported() {
    if (spec.modeOrDefault() == RestoreMode.Overwrite) {
      throw unsupported("spec.mode", "Overwrite");
    }
    if (!spec.renamesOrEmpty().isEmpty()) {
      throw unsupported("spec.renames", "renaming");
    }
    if (!spec.transformOrEmpty().isEmpty()) {
      throw unsupported("spec.transform", "transforming");
    }
  }

  private static RunException unsupported(String path, String what) {
    return RunException.refused(
        "NotSupported", path, "%s is not supported yet; nothing was changed".formatted(what));
  }
}
