package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.EnumSet;
import java.util.Set;

/// Where a migration is. Derived, for people; programs read the conditions.
public enum MigrationPhase {
  /// Not started: another migration of the target runs or comes first. Exits: Planning, RolledBack
  // (desiredState
  /// RolledBack before anything ran).
  Pending,
  /// A Job reads the history, checks the manifest and the preconditions, and reports the plan;
  // nothing is written.
  /// Exits: Pending, BackingUp, Applying (no backup needed), Succeeded (already applied),
  // RollingBack (a run that
  /// was found half done is taken back), RolledBack (rolled back at this retry), Failed (nothing
  // was changed).
  Planning,
  /// A MongoBackup of the touched collections runs. Exits: Applying, Failed (nothing was changed),
  // RolledBack
  /// (desiredState RolledBack; nothing was changed).
  BackingUp,
  /// The Job takes the lock, checks again, runs the steps. Exits: Verifying, Succeeded,
  // RollingBack, RolledBack,
  /// Failed (nothing was changed, or rollback is None).
  Applying,
  /// The Job runs the checks. Exits: Succeeded, RollingBack, RolledBack, Failed (rollback is None).
  Verifying,
  /// Terminal. Exits: RollingBack (desiredState RolledBack), Pending (another checksum or a raised
  // retry).
  Succeeded,
  /// The rollback Job undoes the steps in reverse order, or restores. Exits: RolledBack,
  // RollbackFailed.
  RollingBack,
  /// Terminal: data as before. Exits: Pending (retry, or the spec was edited).
  RolledBack,
  /// Terminal: nothing was changed, or rollback is None. Exits: Pending (retry, or the spec was
  // edited), RollingBack
  /// (desiredState RolledBack and changes stayed), RolledBack (desiredState RolledBack and nothing
  // was changed).
  Failed,
  /// Terminal: a person must act; nothing touches the database any more. Exits: RollingBack
  // (retry).
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
}
