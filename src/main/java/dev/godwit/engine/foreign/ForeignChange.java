package dev.godwit.engine.foreign;

import java.time.Instant;

/// A change that another tool has applied.
///
/// @param id what the tool calls it; no other change of the same history is called so
/// @param version the version that the tool orders it by; null when it has none
/// @param by who made it, or ran it, as far as the tool knows; null for nobody
/// @param at when it was applied; null when nobody knows
public record ForeignChange(String id, String version, String by, Instant at) {}
