package dev.godwit.core;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.RestoredBackup;

/// Where a restore stands.
///
/// @param phase its phase
/// @param reason a CamelCase word for the conditions
/// @param message what it does or waits for, or how it ended
/// @param source the backup that is restored; null while none is chosen
/// @param result what the Job did; null unless it has just succeeded
/// @param failure why it failed
public record RestoreStanding(
    RestorePhase phase,
    String reason,
    String message,
    RestoredBackup source,
    RunResult result,
    Failure failure) {}
