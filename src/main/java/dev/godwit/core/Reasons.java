package dev.godwit.core;

/// CamelCase words of conditions, failures and events. Part of the API: programs compare them.
public final class Reasons {

  public static final String WAITING_FOR_PREDECESSOR = "WaitingForPredecessor";
  public static final String WAITING_FOR_DEPENDENCY = "WaitingForDependency";
  public static final String DEPENDENCY_CYCLE = "DependencyCycle";
  public static final String WAITING_FOR_APPROVAL = "WaitingForApproval";
  public static final String WAITING_FOR_TARGET = "WaitingForTarget";
  public static final String WAITING_FOR_CAPACITY = "WaitingForCapacity";
  public static final String WAITING_FOR_SUCCESSOR = "WaitingForSuccessor";
  public static final String WAITING_FOR_OLD_JOB = "WaitingForOldJob";
  public static final String WAITING_FOR_WORKLOADS = "WaitingForWorkloads";
  public static final String WORKLOAD_SCALED_UP = "WorkloadScaledUp";
  public static final String WORKLOAD_MISSING = "WorkloadMissing";
  public static final String QUIESCE_FORBIDDEN = "QuiesceForbidden";
  public static final String STARTING = "Starting";
  public static final String PLANNING = "Planning";
  public static final String BACKING_UP = "BackingUp";
  public static final String APPLYING = "Applying";
  public static final String VERIFYING = "Verifying";
  public static final String ROLLING_BACK = "RollingBack";
  public static final String RESUMING = "Resuming";
  public static final String STOPPING = "Stopping";
  public static final String READING_HISTORY = "ReadingHistory";
  public static final String RETRYING = "Retrying";
  public static final String SUCCEEDED = "Succeeded";
  public static final String ROLLED_BACK = "RolledBack";
  public static final String ROLLBACK_FAILED = "RollbackFailed";
  public static final String NOT_ROLLED_BACK = "NotRolledBack";
  public static final String RECORDING = "Recording";
  public static final String RECORDED = "Recorded";
  public static final String STORAGE_MISSING = "StorageMissing";
  public static final String DUPLICATE_VERSION = "DuplicateVersion";
  public static final String REFUSED = "Refused";
  public static final String BACKUP_FAILED = "BackupFailed";
  public static final String JOB_LOST = "JobLost";
  public static final String STEP_FAILED = "StepFailed";
  public static final String VERIFICATION_FAILED = "VerificationFailed";
  public static final String CHANGES_STAY = "ChangesStay";
  public static final String NOTHING_CHANGED = "NothingChanged";
  public static final String NOT_REQUIRED = "NotRequired";
  public static final String IN_PROGRESS = "InProgress";
  public static final String REUSED = "Reused";
  public static final String NEVER_RAN = "NeverRan";

  public static final String RESTORING = "Restoring";
  public static final String RESTORED = "Restored";
  public static final String BACKUP_MISSING = "BackupMissing";
  public static final String WAITING_FOR_BACKUP = "WaitingForBackup";
  public static final String NO_BACKUP_BEFORE = "NoBackupBefore";

  public static final String KEPT = "Kept";
  public static final String KEPT_UNTIL = "KeptUntil";
  public static final String DROPPING = "Dropping";
  public static final String DROPPED = "Dropped";
  public static final String DROP_FAILED = "DropFailed";

  public static final String DELETING = "Deleting";
  public static final String IN_USE = "InUse";
  public static final String DATA_LEFT = "DataLeft";
  public static final String SCHEDULED = "Scheduled";
  public static final String SUSPENDED = "Suspended";
  public static final String INVALID_SCHEDULE = "InvalidSchedule";
  public static final String VERIFICATION_SUCCEEDED = "VerificationSucceeded";

  private Reasons() {}
}
