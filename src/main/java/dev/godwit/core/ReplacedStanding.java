package dev.godwit.core;

import java.time.Instant;

/// What becomes of the collections that a restore replaced.
///
/// @param reason a CamelCase word for the condition
/// @param message a sentence
/// @param until when they are dropped; null for not until somebody does
/// @param dropped whether they are gone
public record ReplacedStanding(String reason, String message, Instant until, boolean dropped) {}
