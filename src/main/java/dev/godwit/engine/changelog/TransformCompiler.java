package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.api.v1alpha1.UndoMode;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Turns the steps of a restore's transformation into compiled ones, or refuses them with the
/// field's path. Pure: the database is not asked.
///
/// Steps that work on documents, indexes or the validator of a restored collection are taken. What
/// makes, takes away or renames collections is the restore's own business, and a command could do
/// anything.
public final class TransformCompiler {

  private TransformCompiler() {}

  /// @param path of the list, for messages: `spec.transform`
  /// @throws RunException with verdict `Refused` and the path of the field that is wrong
  public static List<CompiledStep> compile(String path, List<Step> steps) {
    OperationCompiler operations = new OperationCompiler(Batches.DEFAULT, Problems.throwing());
    Set<String> names = new HashSet<>();
    List<CompiledStep> compiled = new ArrayList<>();
    for (int index = 0; index < steps.size(); index++) {
      Step step = steps.get(index);
      String at = "%s[%d]".formatted(path, index);
      if (step == null) {
        throw ManifestFields.invalid(at, "it is empty");
      }
      ManifestFields.name(at, step.name(), names);
      if (step.rollback() != null && !step.rollback().isEmpty()) {
        throw ManifestFields.invalid(
            at + ".rollback", "a transformation is not taken back: leave it out");
      }
      CompiledOperation operation =
          operations.compile(at, ManifestCompiler.one(at, step.operations()));
      checkKind(at, operation);
      compiled.add(new CompiledStep(index, step.name(), at, operation, List.of(), UndoMode.Skip));
    }
    return List.copyOf(compiled);
  }

  private static void checkKind(String at, CompiledOperation operation) {
    String instead =
        switch (operation) {
          case CompiledOperation.CreateCollection _ -> "create it with a migration afterwards";
          case CompiledOperation.DropCollection _ -> "leave it out of the collections instead";
          case CompiledOperation.RenameCollection _ -> "name it in the restore's renames instead";
          case CompiledOperation.RunCommand _ -> "use another step";
          default -> null;
        };
    if (instead != null) {
      throw ManifestFields.invalid(
          at + "." + operation.kind(),
          "a transformation changes restored collections only: " + instead);
    }
  }

  /// What two transformations have in common when they do the same.
  public static String checksum(List<CompiledStep> steps) {
    return Checksums.of(steps);
  }
}
