package dev.godwit.engine.changelog;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.Operation;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.RunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Turns a manifest into a [Changelog], or refuses it whole with the field's path. Pure: the
/// database is not asked.
public final class ManifestCompiler {

  private static final Pattern VERSION = Pattern.compile(MongoMigrationSpec.VERSION_PATTERN);
  private static final int LONGEST_VERSION = 64;

  private final MongoMigrationSpec spec;
  private final OperationCompiler operations;

  private ManifestCompiler(MongoMigrationSpec spec) {
    this.spec = spec;
    this.operations = new OperationCompiler(spec.batchesOrDefault());
  }

  /// @throws RunException with verdict `Refused` and the path of the field that is wrong
  public static Changelog compile(MongoMigrationSpec spec) {
    return new ManifestCompiler(spec).changelog();
  }

  private Changelog changelog() {
    checkVersion();
    if (spec.target() == null || spec.target().secretRef() == null) {
      throw ManifestFields.invalid("spec.target.secretRef", "it is missing");
    }
    if (spec.steps() == null || spec.steps().isEmpty()) {
      throw ManifestFields.invalid("spec.steps", "at least one step is needed");
    }
    List<CompiledStep> steps = steps();
    List<CompiledCheck> preconditions =
        CheckCompiler.compile("spec.preconditions", spec.preconditionsOrEmpty());
    if (preconditions.stream()
        .anyMatch(check -> check.kind() instanceof CompiledCheck.Kind.CountUnchanged)) {
      throw ManifestFields.invalid(
          "spec.preconditions",
          "countUnchanged compares with the start: it belongs into spec.verify.checks");
    }
    OnFailure onFailure = spec.rollbackOrDefault().onFailureOrDefault();
    if (onFailure == OnFailure.Restore && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
      throw ManifestFields.invalid(
          "spec.rollback.onFailure", "Restore needs a backup: set spec.backup.policy to Always");
    }
    checkReversible(steps, onFailure);
    return new Changelog(
        spec.version(),
        steps,
        preconditions,
        CheckCompiler.compile("spec.verify.checks", spec.verifyChecksOrEmpty()),
        onFailure,
        spec.rollbackOrDefault().onConflictOrDefault(),
        keepUndoFor(),
        Checksums.of(steps),
        SpecHash.of(spec),
        spec.retryOrDefault());
  }

  private Duration keepUndoFor() {
    try {
      return spec.rollbackOrDefault().keepUndoForOrDefault();
    } catch (IllegalArgumentException wrong) {
      throw ManifestFields.invalid("spec.rollback.keepUndoFor", wrong.getMessage());
    }
  }

  private void checkVersion() {
    String version = spec.version();
    if (version == null
        || version.length() > LONGEST_VERSION
        || !VERSION.matcher(version).matches()) {
      throw ManifestFields.invalid(
          "spec.version",
          "1 to 64 letters, digits, '.', '_' or '-' are needed, with a letter or digit at both ends");
    }
  }

  private List<CompiledStep> steps() {
    List<CompiledStep> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < spec.steps().size(); i++) {
      Step step = spec.steps().get(i);
      String path = "spec.steps[%d]".formatted(i);
      ManifestFields.name(path, step.name(), names);
      compiled.add(
          new CompiledStep(
              i,
              step.name(),
              path,
              operations.compile(path, one(path, step.operations())),
              rollback(path, step),
              spec.rollbackOrDefault().undoOrDefault()));
    }
    return List.copyOf(compiled);
  }

  private List<CompiledOperation> rollback(String path, Step step) {
    if (step.rollback() == null) {
      return List.of();
    }
    List<CompiledOperation> compiled = new ArrayList<>();
    for (int i = 0; i < step.rollback().size(); i++) {
      String at = "%s.rollback[%d]".formatted(path, i);
      compiled.add(operations.compile(at, one(at, step.rollback().get(i).operations())));
    }
    return List.copyOf(compiled);
  }

  private static Operation one(String path, List<Operation> operations) {
    if (operations.size() != 1) {
      throw ManifestFields.invalid(
          path,
          "exactly one of %s is needed; here are %d".formatted(Operation.NAMES, operations.size()));
    }
    return operations.getFirst();
  }

  /// Refuses what could never be taken back, unless the manifest says that it need not be.
  private void checkReversible(List<CompiledStep> steps, OnFailure onFailure) {
    if (onFailure == OnFailure.None) {
      return;
    }
    for (CompiledStep step : steps) {
      if (step.needsBackup() && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
        throw irreversible(step, "spec.backup.policy is Never");
      }
      if (step.needsBackup() && onFailure == OnFailure.Steps) {
        throw irreversible(step, "spec.rollback.onFailure is Steps");
      }
    }
  }

  private static RunException irreversible(CompiledStep step, String why) {
    return RunException.refused(
        "Irreversible",
        step.path(),
        "'%s' keeps nothing that could undo it and %s; give the step a rollback of its own, let a backup be taken and restored, or set spec.rollback.onFailure to None"
            .formatted(step.operation().kind(), why));
  }
}
