package dev.godwit.engine.backup;

import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.Storage;

/// Reads a stored backup back and compares it with its checksums. Needs no database and writes
/// nothing.
public final class StoredBackupCheck {

  private StoredBackupCheck() {}

  /// @param location folder of the backup in its storage
  /// @throws RunException `Refused` when anything is missing or differs, saying what
  public static BackupManifest run(
      Storage storage, String location, ProgressSink progress, StopSignal stop) {
    BackupManifest manifest = BackupManifest.read(storage, location);
    long whole = Math.max(1, manifest.archiveSize());
    new ArchiveCheck(storage, location, manifest, stop)
        .run(
            bytes -> {
              int percent = (int) Math.min(100, bytes * 100 / whole);
              progress.report(
                  new RunProgress(
                      RunProgress.FORM,
                      RunProgress.Activity.Verifying,
                      null,
                      null,
                      null,
                      null,
                      null,
                      percent,
                      null,
                      null,
                      "reads the archive: %d%%".formatted(percent)));
            });
    return manifest;
  }
}
