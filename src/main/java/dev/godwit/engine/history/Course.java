package dev.godwit.engine.history;

/// When an attempt began and last went ahead, by the numbers of its events.
///
/// @param began number of `Started` or `Baselined`
/// @param changed number of the latest event of a step that went ahead, or of `Baselined`; 0 when
///     there is none
public record Course(long began, long changed) {

  private static final Course NONE = new Course(0, 0);

  /// The course of an attempt that begins.
  static Course of(HistoryEvent first) {
    return NONE.next(first);
  }

  Course next(HistoryEvent event) {
    return switch (event.type()) {
      case Started -> new Course(event.sequence(), 0);
      case Baselined -> new Course(event.sequence(), event.sequence());
      case StepStarted, StepCompleted, StepFailed -> new Course(began, event.sequence());
      case VerificationFailed,
          SoakStarted,
          Verified,
          RollbackStarted,
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
