package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.EnumSet;
import java.util.Set;

/// Where a migration is. Derived, for people; programs read the conditions. What a phase may be
/// followed by is in {@link #exits()}; a test holds the decider to it.
public enum MigrationPhase {
  /// Not started: another migration of the target runs or comes first, or an earlier attempt's Job
  /// has not ended. Fails when an older migration has the same version.
  Pending,
  /// A Job reads the history, checks the manifest and the preconditions, and reports the plan;
  /// nothing is written. When a rollback is wanted it only reads the history. A run that was found
  /// half done goes on, or is taken back when its backup is gone. Left for Pending when the plan is
  /// to be approved.
  Planning,
  /// A MongoBackup of the touched collections runs.
  BackingUp,
  /// The Job takes the lock, checks again, runs the steps. It is left for Failed when nothing was
  /// changed, or when `rollback.onFailure` is None. Of a migration that is to be Baselined the Job
  /// only writes into the history that it is applied.
  Applying,
  /// The Job runs the checks.
  Verifying,
  /// Terminal: applied and verified, or recorded as applied by somebody else. Left when a rollback
  /// is wanted, for a raised retry, or when a restore took the migration away.
  Succeeded,
  /// The rollback Job undoes the steps in reverse order, or restores. Left for Succeeded when it
  /// cannot be taken back and nothing was touched.
  RollingBack,
  /// Terminal: data as before. Left for a raised retry, when the spec was edited, or to be
  /// Baselined.
  RolledBack,
  /// Terminal: nothing was changed, or `rollback.onFailure` is None. Left for a raised retry, when
  /// the spec was edited, when a rollback is wanted, or to be Baselined.
  Failed,
  /// Terminal: a person must act; nothing touches the database any more. Left for a raised retry:
  /// the rollback is tried again; and to be Baselined, when the person finished it by hand.
  RollbackFailed;

  private static final Set<MigrationPhase> TERMINAL =
      EnumSet.of(Succeeded, RolledBack, Failed, RollbackFailed);

  /// Whether the migration has come to an end, wanted or not.
  @JsonIgnore
  public boolean isTerminal() {
    return TERMINAL.contains(this);
  }

  /// Whether a Job may be changing the database.
  @JsonIgnore
  public boolean isTouching() {
    return this == Applying || this == Verifying || this == RollingBack;
  }

  /// The phases that may follow. More than one step at once is possible when statuses in between
  /// could not be written.
  @JsonIgnore
  public Set<MigrationPhase> exits() {
    return switch (this) {
      case Pending -> EnumSet.of(Planning, Failed);
      case Planning ->
          EnumSet.of(
              Pending,
              BackingUp,
              Applying,
              Verifying,
              Succeeded,
              RollingBack,
              RolledBack,
              Failed,
              RollbackFailed);
      case BackingUp ->
          EnumSet.of(
              Planning,
              Applying,
              Verifying,
              Succeeded,
              RollingBack,
              RolledBack,
              Failed,
              RollbackFailed);
      case Applying ->
          EnumSet.of(Verifying, Succeeded, RollingBack, RolledBack, Failed, RollbackFailed);
      case Verifying -> EnumSet.of(Succeeded, RollingBack, RolledBack, Failed, RollbackFailed);
      case Succeeded -> EnumSet.of(RollingBack, RolledBack, Pending);
      case RollingBack -> EnumSet.of(Succeeded, RolledBack, RollbackFailed);
      case RolledBack -> EnumSet.of(Pending, Planning);
      case Failed -> EnumSet.of(Pending, Planning, RollingBack, RolledBack);
      case RollbackFailed -> EnumSet.of(Planning, RollingBack, RolledBack);
    };
  }
}
