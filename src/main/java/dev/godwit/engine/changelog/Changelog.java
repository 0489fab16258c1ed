package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A migration, parsed and checked.
///
/// @param keepUndoFor how long undo data is kept after success
/// @param checksum over the meaning of the steps
/// @param specHash over all that is run, checks and batches too: another one after a rollback
///     starts a new attempt
/// @param retry `spec.retry`
/// @param outOfOrder whether it may be applied after a later version
/// @param soak how long the checks go on after they held
public record Changelog(
    String version,
    List<CompiledStep> steps,
    List<CompiledCheck> preconditions,
    List<CompiledCheck> checks,
    OnFailure onFailure,
    OnConflict onConflict,
    Duration keepUndoFor,
    String checksum,
    String specHash,
    int retry,
    boolean outOfOrder,
    CompiledSoak soak) {

  /// The same with another `retry`.
  public Changelog withRetry(int other) {
    return new Changelog(
        version,
        steps,
        preconditions,
        checks,
        onFailure,
        onConflict,
        keepUndoFor,
        checksum,
        specHash,
        other,
        outOfOrder,
        soak);
  }

  /// The same with another `rollback.onFailure`.
  public Changelog withOnFailure(OnFailure other) {
    return new Changelog(
        version,
        steps,
        preconditions,
        checks,
        other,
        onConflict,
        keepUndoFor,
        checksum,
        specHash,
        retry,
        outOfOrder,
        soak);
  }

  /// The collections that the steps and their rollbacks may change, sorted.
  public List<String> collections() {
    return operations().flatMap(it -> it.collections().stream()).distinct().sorted().toList();
  }

  /// The collections that the steps name, those that are only read too, sorted.
  public List<String> namedCollections() {
    return operations()
        .flatMap(it -> Stream.concat(Stream.of(it.collection()), it.collections().stream()))
        .filter(name -> !name.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /// Whether more may change than [#collections] says.
  public boolean touchesWholeDatabase() {
    return operations().anyMatch(CompiledOperation::touchesWholeDatabase);
  }

  private Stream<CompiledOperation> operations() {
    return steps.stream()
        .flatMap(step -> Stream.concat(Stream.of(step.operation()), step.rollback().stream()));
  }

  /// Whether a step may change documents that exist already, or could be taken back by a backup
  /// alone.
  public boolean isDestructive() {
    return steps.stream().anyMatch(step -> step.operation().isDestructive() || step.needsBackup());
  }
}
