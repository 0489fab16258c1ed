package dev.godwit.engine.history;

/// An attempt at a version.
///
/// @param number from 1
/// @param retry `spec.retry` of the present run
public record Attempt(String version, int number, String checksum, int retry) {}
