package dev.godwit.engine.changelog;

import dev.godwit.engine.RunException;
import java.util.List;
import java.util.Optional;

/// What could be made of a manifest.
///
/// @param changelog empty when something is wrong
/// @param steps those that are right, in their order
/// @param problems all that is wrong; a field has one at a time
public record Compilation(
    Optional<Changelog> changelog, List<CompiledStep> steps, List<RunException> problems) {}
