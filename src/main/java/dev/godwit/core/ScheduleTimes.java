package dev.godwit.core;

import java.time.Instant;
import java.time.ZoneId;

/// What a schedule says about now.
///
/// @param problem why schedule or time zone cannot be read; null when they can
/// @param zone where days begin
/// @param due the latest scheduled time that is not after now; null when there is none
/// @param next the first scheduled time after now; null when there is none
public record ScheduleTimes(String problem, ZoneId zone, Instant due, Instant next) {}
