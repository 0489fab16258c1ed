package dev.godwit.core;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.DesiredState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// Names of what Godwit creates. They follow from the resource alone, so that a lost response or a
/// stale cache ends in AlreadyExists, never in a second Job. Why acting Jobs leave `desiredState`
/// out: `docs/decisions/0101-names-of-jobs.md`.
public final class Names {

  /// Longest name of a Job: it becomes a label of its pods.
  static final int MAX_JOB_NAME = 63;

  private static final int HASH_LENGTH = 10;
  private static final int MAX_FOLDER_NAME = 100;
  private static final int UID_LENGTH = 36;

  private static final DateTimeFormatter SCHEDULED =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmm").withZone(ZoneOffset.UTC);

  private Names() {}

  /// Name of a migration's Job.
  public static String job(
      JobRole role, String migration, String uid, Attempt attempt, DesiredState desired) {
    String what =
        String.join(
            "\n",
            uid,
            role.name(),
            attempt.specHash(),
            Integer.toString(attempt.retry()),
            role.isReading() ? desired.name() : "");
    return join(migration, role.command(), what);
  }

  /// Name of a backup's Job.
  public static String backupJob(String backup, String uid) {
    return join(backup, JobRole.Backup.command(), uid);
  }

  /// Name of the ConfigMap with what Jobs of `owner` run.
  ///
  /// @param manifest in which the owner's UID is
  public static String manifest(String owner, String manifest) {
    return join(owner, "manifest", manifest);
  }

  /// Name of the MongoBackup of an attempt.
  ///
  /// @param number 0, or the number of backups of this very attempt that are too old to count
  public static String backup(String migration, String uid, Attempt attempt, int number) {
    String what =
        String.join(
            "\n",
            uid,
            attempt.specHash(),
            Integer.toString(attempt.retry()),
            Integer.toString(number));
    return cut(migration, MAX_JOB_NAME - 18) + "-" + SpecHash.sha256(what).substring(0, 8);
  }

  /// Name of a restore's Job.
  public static String restoreJob(String restore, String uid, int retry) {
    return join(restore, JobRole.Restore.command(), uid + "\n" + retry);
  }

  /// Name of the Job that drops what a restore replaced.
  public static String discardJob(String restore, String uid) {
    return join(restore, JobRole.Discard.command(), uid + "\ndiscard");
  }

  /// Name of the MongoBackup that a restore takes before it replaces anything.
  public static String safetyBackup(String restore, String uid, int retry) {
    String what = String.join("\n", uid, "safety", Integer.toString(retry));
    return cut(restore, MAX_JOB_NAME - 25) + "-before-" + SpecHash.sha256(what).substring(0, 8);
  }

  /// Name of the Job that deletes what a backup stored.
  public static String deleteJob(String backup, String uid) {
    return join(backup, JobRole.Delete.command(), uid + "\ndelete");
  }

  /// Name of the MongoBackup that a schedule takes at `time`.
  public static String scheduledBackup(String schedule, Instant time) {
    return cut(schedule, MAX_JOB_NAME - 14) + "-" + SCHEDULED.format(time);
  }

  /// Name of a schedule's Job that verifies a backup.
  ///
  /// @param number of the verification, one per `verifyEvery`
  public static String verifyJob(String schedule, String uid, long number) {
    return join(schedule, JobRole.Verify.command(), uid + "\n" + number);
  }

  /// Folder of a backup in its storage. The UID makes it unique, the name is for people.
  public static String backupLocation(String backup, String uid) {
    return cut(backup, MAX_FOLDER_NAME) + "." + uid;
  }

  /// Name of the MongoBackup that has a folder, if it is one of [#backupLocation] and the name was
  /// not cut.
  static Optional<String> backupAt(String folder) {
    int dot = folder.length() - UID_LENGTH - 1;
    return dot > 0 && folder.charAt(dot) == '.'
        ? Optional.of(folder.substring(0, dot))
        : Optional.empty();
  }

  private static String join(String name, String word, String hashed) {
    String end = "-" + word + "-" + SpecHash.sha256(hashed).substring(0, HASH_LENGTH);
    return cut(name, MAX_JOB_NAME - end.length()) + end;
  }

  private static String cut(String name, int length) {
    String cut = name.length() <= length ? name : name.substring(0, length);
    return cut.replaceAll("[-.]+$", "");
  }
}
