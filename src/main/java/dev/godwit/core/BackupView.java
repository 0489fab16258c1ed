package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoBackupStatus;
import java.time.Instant;
import java.util.Optional;

/// Everything that was observed of a backup, at one moment.
///
/// @param now the clock
/// @param name name of the MongoBackup
/// @param uid its UID
/// @param generation of its spec
/// @param status what was written last
/// @param job its Job
public record BackupView(
    Instant now,
    String name,
    String uid,
    long generation,
    MongoBackupStatus status,
    Optional<JobView> job) {

  /// Name of the Job that writes the backup.
  public String jobName() {
    return Names.backupJob(name, uid);
  }

  /// Folder of the backup in its storage.
  public String location() {
    return Names.backupLocation(name, uid);
  }
}
