package dev.godwit.engine.changelog;

/// A step of a migration.
///
/// @param index its place, from 0
/// @param path the field of the manifest, for messages: `spec.steps[0]`
public record CompiledStep(int index, String name, String path, CompiledOperation operation) {}
