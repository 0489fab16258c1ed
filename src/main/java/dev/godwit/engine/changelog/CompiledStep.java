package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.UndoMode;
import java.util.List;

/// A step of a migration.
///
/// @param index its place, from 0
/// @param path the field of the manifest, for messages: `spec.steps[0]`
/// @param rollback what takes it back instead of the recorded undo; empty when it has none of its
///     own
/// @param undo whether images of changed documents are kept
public record CompiledStep(
    int index,
    String name,
    String path,
    CompiledOperation operation,
    List<CompiledOperation> rollback,
    UndoMode undo) {

  /// Whether only a backup can take the step back.
  public boolean needsBackup() {
    return rollback.isEmpty() && !recordsUndo();
  }

  /// Whether the step records what can undo it.
  public boolean recordsUndo() {
    return !(operation instanceof CompiledOperation.RunCommand)
        && !(undo == UndoMode.Skip && operation.imagesMayBeSkipped());
  }
}
