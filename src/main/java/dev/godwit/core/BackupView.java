package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoBackupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Everything that was observed of a backup, at one moment.
///
/// @param now the clock
/// @param name name of the MongoBackup
/// @param uid its UID
/// @param generation of its spec
/// @param status what was written last
/// @param job its Job
/// @param ttl how long after its end it is deleted; null for never
/// @param users what needs it, for people; while there are any it is not deleted
/// @param ofMigration whether a migration takes it, which tells of it itself
public record BackupView(
    Instant now,
    String name,
    String uid,
    long generation,
    MongoBackupStatus status,
    Optional<JobView> job,
    Duration ttl,
    List<String> users,
    boolean ofMigration) {

  public BackupView {
    users = List.copyOf(users);
  }

  /// A backup that stays until somebody deletes it, and that nothing needs.
  public BackupView(
      Instant now,
      String name,
      String uid,
      long generation,
      MongoBackupStatus status,
      Optional<JobView> job) {
    this(now, name, uid, generation, status, job, null, List.of(), false);
  }

  /// When its time is over; empty before its end and without a `ttl`.
  Optional<Instant> expiration() {
    return ttl == null || status.completionTime() == null
        ? Optional.empty()
        : Optional.of(Instant.parse(status.completionTime()).plus(ttl));
  }

  /// Whether its `ttl` is over.
  public boolean isExpired() {
    return expiration().filter(time -> !now.isBefore(time)).isPresent();
  }

  /// Name of the Job that writes the backup.
  public String jobName() {
    return Names.backupJob(name, uid);
  }

  /// Folder of the backup in its storage.
  public String location() {
    return Names.backupLocation(name, uid);
  }
}
