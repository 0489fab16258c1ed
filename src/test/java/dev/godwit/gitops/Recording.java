package dev.godwit.gitops;

import static dev.godwit.gitops.Kstatus.Current;
import static dev.godwit.gitops.Kstatus.Failed;
import static dev.godwit.gitops.Kstatus.InProgress;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// A moment in the life of a resource, recorded from an API server, and what GitOps tools must make
/// of it. Said here and not by the scripts, so that a wrong script fails.
///
/// @param kind kind of the resource
/// @param name name of the file, without its end
/// @param phase `status.phase`; null before the operator has seen it
/// @param health what Argo CD must show
/// @param kstatus what Flux and Helm must see
public record Recording(String kind, String name, String phase, String health, Kstatus kstatus) {

  private static final String MIGRATION = "MongoMigration";
  private static final String BACKUP = "MongoBackup";
  private static final String RESTORE = "MongoRestore";
  private static final String SCHEDULE = "MongoBackupSchedule";

  /// All that are committed.
  public static final List<Recording> ALL =
      List.of(
          running(MIGRATION, "new", null),
          running(MIGRATION, "waiting-for-predecessor", "Pending"),
          running(MIGRATION, "planning", "Planning"),
          waiting(MIGRATION, "waiting-for-approval", "Pending"),
          running(MIGRATION, "secret-missing", "Planning"),
          running(MIGRATION, "backing-up", "BackingUp"),
          running(MIGRATION, "applying", "Applying"),
          waiting(MIGRATION, "suspended", "Applying"),
          running(MIGRATION, "verifying", "Verifying"),
          done(MIGRATION, "succeeded", "Succeeded"),
          running(MIGRATION, "edited", "Succeeded"),
          running(MIGRATION, "waiting-for-successor", "Succeeded"),
          running(MIGRATION, "rolling-back-wanted", "RollingBack"),
          done(MIGRATION, "rolled-back-wanted", "RolledBack"),
          failed(MIGRATION, "applied-wanted-again", "RolledBack"),
          running(MIGRATION, "rolling-back", "RollingBack"),
          failed(MIGRATION, "rolled-back", "RolledBack"),
          done(MIGRATION, "given-up", "RolledBack"),
          failed(MIGRATION, "rollback-failed", "RollbackFailed"),
          failed(MIGRATION, "refused", "Failed"),
          failed(MIGRATION, "changes-stay", "Failed"),
          running(BACKUP, "new", null),
          running(BACKUP, "volume-missing", "Pending"),
          running(BACKUP, "running", "Running"),
          done(BACKUP, "succeeded", "Succeeded"),
          failed(BACKUP, "failed", "Failed"),
          running(RESTORE, "new", null),
          running(RESTORE, "backup-missing", "Pending"),
          running(RESTORE, "backing-up", "BackingUp"),
          running(RESTORE, "restoring", "Restoring"),
          done(RESTORE, "succeeded", "Succeeded"),
          failed(RESTORE, "failed", "Failed"),
          running(SCHEDULE, "new", null),
          done(SCHEDULE, "active", "Active"),
          done(SCHEDULE, "suspended", "Suspended"),
          failed(SCHEDULE, "invalid", "Invalid"));

  /// The recording with this name.
  public static Recording of(String kind, String name) {
    return ALL.stream()
        .filter(it -> it.kind.equals(kind) && it.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(kind + " " + name));
  }

  /// An object as it is recorded.
  public static String yaml(JsonNode object) {
    return ArgoCdFiles.yaml(object);
  }

  /// The recorded object.
  public JsonNode object() {
    return Customization.yaml(Customization.of(kind).recorded(name));
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }

  private static Recording running(String kind, String name, String phase) {
    return new Recording(kind, name, phase, "Progressing", InProgress);
  }

  /// For a person, which is more than kstatus knows.
  private static Recording waiting(String kind, String name, String phase) {
    return new Recording(kind, name, phase, "Suspended", InProgress);
  }

  private static Recording done(String kind, String name, String phase) {
    return new Recording(kind, name, phase, "Healthy", Current);
  }

  private static Recording failed(String kind, String name, String phase) {
    return new Recording(kind, name, phase, "Degraded", Failed);
  }
}
