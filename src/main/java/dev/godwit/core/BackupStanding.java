package dev.godwit.core;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Failure;

/// Where a backup stands.
///
/// @param phase its phase
/// @param reason a CamelCase word for the conditions
/// @param message what it does or waits for, or how it ended
/// @param summary what was written; null unless it has just succeeded
/// @param failure why it failed
public record BackupStanding(
    BackupPhase phase, String reason, String message, BackupSummary summary, Failure failure) {}
