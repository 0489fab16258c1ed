package dev.godwit.engine.history;

/// When an attempt began and last went ahead, by the numbers of its events, and what failed it.
///
/// @param began number of `Started` or `Baselined`
/// @param changed number of the latest event of a step that went ahead, or of `Baselined`; 0 when
///     there is none
/// @param failed the `StepFailed` or `VerificationFailed` that ended the attempt; null when it was
///     not ended by one, or went on since
public record Course(long began, long changed, HistoryEvent failed) {

  private static final Course NONE = new Course(0, 0, null);

  /// The course of an attempt that begins.
  static Course of(HistoryEvent first) {
    return NONE.next(first);
  }

  Course next(HistoryEvent event) {
    return switch (event.type()) {
      case Started -> new Course(event.sequence(), 0, null);
      case Baselined -> new Course(event.sequence(), event.sequence(), null);
      case StepStarted, StepCompleted -> new Course(began, event.sequence(), null);
      case StepFailed -> new Course(began, event.sequence(), event);
      case VerificationFailed -> new Course(began, changed, event);
      case SoakStarted, Verified -> new Course(began, changed, null);
      case RollbackStarted,
          RollbackOperationStarted,
          RollbackOperationCompleted,
          StepUndone,
          Restored,
          RolledBack,
          RollbackFailed,
          UndoDropped ->
          this;
    };
  }
}
