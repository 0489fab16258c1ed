package dev.godwit.core;

/// What a Job is for.
public enum JobRole {
  /// Reads history and preconditions; writes nothing.
  Plan("plan", true),
  /// Reads what a plan Job that ended without a verdict left unsaid.
  VerdictAfterPlan("verdict", true),
  /// Runs the steps and the checks.
  Apply("apply", false),
  /// Reads how far an apply Job got that ended without a verdict.
  VerdictAfterApply("verdict", true),
  /// Takes the migration back.
  Rollback("rollback", false),
  /// Reads how far a rollback Job got that ended without a verdict.
  VerdictAfterRollback("verdict", true),
  /// Writes a backup.
  Backup("backup", true),
  /// Puts collections back as a backup has them.
  Restore("restore", false),
  /// Reads a stored backup and says whether it can be restored.
  Verify("verify", true),
  /// Deletes a stored backup.
  Delete("delete", true),
  /// Drops what a restore replaced.
  Discard("discard", false),
  /// Records a migration as applied; runs nothing of it.
  Baseline("baseline", false);

  private final String command;
  private final boolean reading;

  JobRole(String command, boolean reading) {
    this.command = command;
    this.reading = reading;
  }

  /// The runner's command.
  public String command() {
    return command;
  }

  /// Whether the Job leaves the database as it is, so that running it again is harmless.
  public boolean isReading() {
    return reading;
  }

  /// The Job that reads the history after this one.
  public JobRole verdict() {
    return switch (this) {
      case Plan, VerdictAfterPlan, Backup, Restore, Verify, Delete, Discard, Baseline ->
          VerdictAfterPlan;
      case Apply, VerdictAfterApply -> VerdictAfterApply;
      case Rollback, VerdictAfterRollback -> VerdictAfterRollback;
    };
  }
}
