package dev.godwit.engine.history;

/// When an attempt began and last went ahead, by the numbers of its events, and what failed it.
///
/// @param began number of `Started` or `Baselined`
/// @param changed number of the latest event of a step that went ahead, or of `Baselined`; 0 when
///     there is none
/// @param failed the `StepFailed` or `VerificationFailed` that ended the attempt; null when it was
///     not ended by one, or went on since
/// @param rollback `rollback.onFailure` of the latest rollback of the attempt; null when none
///     began, or the one that did says nothing
public record Course(long began, long changed, HistoryEvent failed, String rollback) {

  /// Field of the events that begin and end a rollback.
  public static final String ON_FAILURE = "onFailure";

  private static final Course NONE = new Course(0, 0, null, null);

  /// The course of an attempt that begins.
  static Course of(HistoryEvent first) {
    return NONE.next(first);
  }

  Course next(HistoryEvent event) {
    return switch (event.type()) {
      case Started -> new Course(event.sequence(), 0, null, null);
      case Baselined -> new Course(event.sequence(), event.sequence(), null, null);
      case StepStarted, StepCompleted -> new Course(began, event.sequence(), null, null);
      case StepFailed -> new Course(began, event.sequence(), event, null);
      case VerificationFailed -> new Course(began, changed, event, null);
      case SoakStarted, Verified -> new Course(began, changed, null, null);
      case RollbackStarted, RollbackFailed ->
          event.details().isString(ON_FAILURE)
              ? new Course(began, changed, failed, event.details().getString(ON_FAILURE).getValue())
              : this;
      case RollbackOperationStarted,
          RollbackOperationCompleted,
          StepUndone,
          Restored,
          RolledBack,
          UndoDropped ->
          this;
    };
  }
}
