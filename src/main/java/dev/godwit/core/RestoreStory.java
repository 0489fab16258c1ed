package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.util.List;
import java.util.Set;

/// What happened between two statuses of a restore.
public final class RestoreStory {

  private static final Set<String> USUAL =
      Set.of(Reasons.STARTING, Reasons.BACKING_UP, Reasons.RESTORING);

  private RestoreStory() {}

  /// The notes of the way from the view's status to `after`.
  public static List<Note> tell(
      RestoreView view, RestoreStanding standing, MongoRestoreStatus after) {
    RestorePhase from = view.status().phase();
    String message = standing.message();
    int retry = view.spec().retryOrDefault();
    if (view.status().source() == null && after.source() != null) {
      return List.of(note(false, "BackupChosen", message, 0, retry));
    }
    if (from != after.phase()) {
      return switch (after.phase()) {
        case Pending -> List.of();
        case BackingUp -> List.of(note(false, "BackupStarted", message, 1, retry));
        case Restoring ->
            List.of(note(false, "RestoreStarted", "runs in Job " + view.jobName(), 2, retry));
        case Succeeded -> List.of(note(false, "RestoreCompleted", message, 3, retry));
        case Failed -> List.of(note(true, "RestoreFailed", message, 3, retry));
      };
    }
    if (after.phase() == RestorePhase.Succeeded) {
      return ofReplaced(view.status(), standing.replaced(), retry);
    }
    String old = Conditions.reason(view.status().conditions(), Conditions.RECONCILING).orElse(null);
    String reason = standing.reason();
    return after.phase().isTerminal() || USUAL.contains(reason) || reason.equals(old)
        ? List.of()
        : List.of(
            note(
                !reason.startsWith("WaitingFor"), reason, message, after.phase().ordinal(), retry));
  }

  /// What became of the collections that it replaced.
  private static List<Note> ofReplaced(
      MongoRestoreStatus before, ReplacedStanding replaced, int retry) {
    if (replaced == null
        || Conditions.reason(before.conditions(), Conditions.REPLACED_DROPPED)
            .filter(replaced.reason()::equals)
            .isPresent()) {
      return List.of();
    }
    return switch (replaced.reason()) {
      case Reasons.DROPPED -> List.of(note(false, "ReplacedDropped", replaced.message(), 5, retry));
      case Reasons.DROP_FAILED ->
          List.of(note(true, "ReplacedNotDropped", replaced.message(), 4, retry));
      default -> List.of();
    };
  }

  private static Note note(boolean warning, String reason, String message, int order, int retry) {
    return new Note(warning, reason, message, order, retry + "|" + reason);
  }
}
