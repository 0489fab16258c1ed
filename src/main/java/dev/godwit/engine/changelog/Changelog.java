package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.OnFailure;
import java.util.List;

/// A migration, parsed and checked.
///
/// @param checksum over the meaning of the steps
/// @param specHash over all that is run, checks and batches too: another one after a rollback
///     starts a new attempt
/// @param retry `spec.retry`
public record Changelog(
    String version,
    List<CompiledStep> steps,
    List<CompiledCheck> preconditions,
    List<CompiledCheck> checks,
    OnFailure onFailure,
    OnConflict onConflict,
    String checksum,
    String specHash,
    int retry) {

  /// The collections that the steps touch, sorted.
  public List<String> collections() {
    return steps.stream().map(step -> step.operation().collection()).distinct().sorted().toList();
  }

  /// Whether a step may change documents that exist already.
  public boolean isDestructive() {
    return steps.stream().anyMatch(step -> step.operation().isDestructive());
  }
}
