package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import java.util.List;
import java.util.Set;

/// What happened between two statuses of a backup.
public final class BackupStory {

  private static final Set<String> USUAL =
      Set.of(Reasons.BACKING_UP, Reasons.STARTING, Reasons.WAITING_FOR_CAPACITY);

  private BackupStory() {}

  /// The notes of the way from the view's status to `after`. That a backup of a migration is
  /// complete the migration tells.
  public static List<Note> tell(BackupView view, BackupStanding standing, MongoBackupStatus after) {
    BackupPhase from = view.status().phase();
    String message = standing.message();
    if (from != after.phase()) {
      return switch (after.phase()) {
        case Pending, Running, Deleting -> List.of();
        case Succeeded ->
            view.ofMigration() ? List.of() : List.of(note(false, "BackupCompleted", message));
        case Failed -> List.of(note(true, "BackupFailed", message));
      };
    }
    String old = Conditions.reason(view.status().conditions(), Conditions.RECONCILING).orElse(null);
    String reason = standing.reason();
    boolean usual = USUAL.contains(reason);
    return after.phase().isTerminal() || usual || reason.equals(old)
        ? List.of()
        : List.of(note(true, reason, message));
  }

  private static Note note(boolean warning, String reason, String message) {
    return new Note(warning, reason, message, 1, reason);
  }
}
