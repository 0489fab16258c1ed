package dev.godwit.core;

import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import java.time.Instant;

/// Where a schedule stands.
///
/// @param phase its phase
/// @param reason a CamelCase word for the conditions
/// @param message what it does or waits for
/// @param dealtWith the latest scheduled time that was dealt with; null at first
/// @param missed whether that time was left out because it was too long ago
/// @param verification the latest verification; null before the first
public record ScheduleStanding(
    SchedulePhase phase,
    String reason,
    String message,
    Instant dealtWith,
    boolean missed,
    ScheduledVerification verification) {}
