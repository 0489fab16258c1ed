package dev.godwit.api.v1alpha1;

/// Where a schedule is. Derived, for people; programs read the conditions.
public enum SchedulePhase {
  /// Takes backups when it is time.
  Active,
  /// Takes none: `suspend` is true.
  Suspended,
  /// Takes none: the schedule or its time zone cannot be read.
  Invalid
}
