package dev.godwit.api.job;

/// How a run of the runner ended. The exit code is what Kubernetes sees, the verdict what the
/// operator reads.
public enum Verdict {
  /// The plan is ready; nothing was written.
  Planned(ExitCode.DONE),
  /// Applied and verified, now or before.
  Applied(ExitCode.DONE),
  /// Recorded as applied, now or before, by a person or another tool: Godwit verified nothing.
  Recorded(ExitCode.DONE),
  /// Data as before.
  RolledBack(ExitCode.DONE),
  /// The history knows nothing of this version's attempt, or only that it changed nothing.
  Untouched(ExitCode.DONE),
  /// Recorded as rolled back, because a person took it back: Godwit ran and compared nothing.
  RecordedAsRolledBack(ExitCode.DONE),
  /// The history says that the attempt began to change the database and did not end.
  Unfinished(ExitCode.DONE),
  /// The backup is complete and its checksums hold.
  BackedUp(ExitCode.DONE),
  /// The collections are as in the backup, now or before.
  Restored(ExitCode.DONE),
  /// The stored backup can be restored.
  Verified(ExitCode.DONE),
  /// The stored backup is gone.
  Deleted(ExitCode.DONE),
  /// Refused; nothing was changed.
  Refused(ExitCode.REFUSED),
  /// A step failed; the changes up to there are still in place when the runner leaves the rollback
  /// to the operator.
  StepFailed(ExitCode.STEP_FAILED),
  /// The verification failed; the changes are still in place when the runner leaves the rollback to
  /// the operator.
  VerificationFailed(ExitCode.VERIFICATION_FAILED),
  /// The rollback failed; a person must act.
  RollbackFailed(ExitCode.ROLLBACK_FAILED),
  /// A step or the verification failed and `rollback.onFailure` is None: the changes stay.
  FailedChangesStay(ExitCode.CHANGES_STAY),
  /// Stopped, or the database could not be reached; the next run resumes.
  Interrupted(ExitCode.INTERRUPTED),
  /// Somebody else holds the lock; to be tried again.
  LockHeld(ExitCode.LOCK_HELD);

  private final int exitCode;

  Verdict(int exitCode) {
    this.exitCode = exitCode;
  }

  /// The exit code of the runner's process.
  public int exitCode() {
    return exitCode;
  }
}
