package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;

/// Where a restore is. Derived, for people; programs read the conditions.
public enum RestorePhase {
  /// Waits for its backup or for another run on the same database. Exits: BackingUp, Restoring,
  /// Failed.
  Pending,
  /// The present state is backed up. Exits: Restoring, Failed.
  BackingUp,
  /// The Job checks the archive, loads it, and puts it in place. Exits: Succeeded, Failed.
  Restoring,
  /// Terminal: the collections are as in the backup. No exits.
  Succeeded,
  /// Terminal: nothing was changed, or the message says what was. Left for a raised retry: Pending.
  Failed;

  /// Whether the restore has come to an end.
  @JsonIgnore
  public boolean isTerminal() {
    return this == Succeeded || this == Failed;
  }
}
