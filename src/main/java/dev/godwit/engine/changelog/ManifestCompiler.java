package dev.godwit.engine.changelog;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.Operation;
import dev.godwit.api.v1alpha1.OutOfOrder;
import dev.godwit.api.v1alpha1.Soak;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.RunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Turns a manifest into a [Changelog], or refuses it whole with the field's path. Pure: the
/// database is not asked.
public final class ManifestCompiler {

  private static final Pattern VERSION = Pattern.compile(MongoMigrationSpec.VERSION_PATTERN);
  private static final int LONGEST_VERSION = 64;

  private final MongoMigrationSpec spec;
  private final Problems problems;
  private final OperationCompiler operations;

  private ManifestCompiler(MongoMigrationSpec spec, Problems problems) {
    this.spec = spec;
    this.problems = problems;
    this.operations = new OperationCompiler(spec.batchesOrDefault(), problems);
  }

  /// @throws RunException with verdict `Refused` and the path of the field that is wrong
  public static Changelog compile(MongoMigrationSpec spec) {
    return new ManifestCompiler(spec, Problems.throwing()).compilation().changelog().orElseThrow();
  }

  /// As [#compile], but collects all that is wrong instead of throwing the first.
  public static Compilation compileAll(MongoMigrationSpec spec) {
    return new ManifestCompiler(spec, Problems.collecting()).compilation();
  }

  private Compilation compilation() {
    List<CompiledStep> steps = new ArrayList<>();
    Optional<Changelog> changelog = problems.section(() -> changelog(steps));
    return new Compilation(changelog, List.copyOf(steps), problems.found());
  }

  private Changelog changelog(List<CompiledStep> steps) {
    problems.check(this::checkVersion);
    problems.check(this::checkTarget);
    problems.check(this::checkHasSteps);
    steps(steps);
    List<CompiledCheck> preconditions =
        CheckCompiler.compile("spec.preconditions", spec.preconditionsOrEmpty(), problems);
    problems.check(() -> checkPreconditions(preconditions));
    OnFailure onFailure = spec.rollbackOrDefault().onFailureOrDefault();
    problems.check(() -> checkRestore(onFailure));
    checkReversible(steps, onFailure);
    List<CompiledCheck> checks =
        CheckCompiler.compile("spec.verify.checks", spec.verifyChecksOrEmpty(), problems);
    Duration keepUndoFor = problems.of(this::keepUndoFor);
    CompiledSoak soak = problems.of(this::soak);
    problems.settle();
    return new Changelog(
        spec.version(),
        List.copyOf(steps),
        preconditions,
        checks,
        onFailure,
        spec.rollbackOrDefault().onConflictOrDefault(),
        keepUndoFor,
        Checksums.of(steps),
        SpecHash.of(spec),
        spec.retryOrDefault(),
        spec.outOfOrderOrDefault() == OutOfOrder.Allow,
        soak);
  }

  private void checkTarget() {
    if (spec.target() == null || spec.target().secretRef() == null) {
      throw ManifestFields.invalid("spec.target.secretRef", "it is missing");
    }
  }

  private void checkHasSteps() {
    if (spec.steps() == null || spec.steps().isEmpty()) {
      throw ManifestFields.invalid("spec.steps", "at least one step is needed");
    }
  }

  private static void checkPreconditions(List<CompiledCheck> preconditions) {
    if (preconditions.stream()
        .anyMatch(check -> check.kind() instanceof CompiledCheck.Kind.CountUnchanged)) {
      throw ManifestFields.invalid(
          "spec.preconditions",
          "countUnchanged compares with the start: it belongs into spec.verify.checks");
    }
  }

  private void checkRestore(OnFailure onFailure) {
    if (onFailure == OnFailure.Restore && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
      throw ManifestFields.invalid(
          "spec.rollback.onFailure", "Restore needs a backup: set spec.backup.policy to Always");
    }
  }

  private Duration keepUndoFor() {
    try {
      return spec.rollbackOrDefault().keepUndoForOrDefault();
    } catch (IllegalArgumentException wrong) {
      throw ManifestFields.invalid("spec.rollback.keepUndoFor", wrong.getMessage());
    }
  }

  private CompiledSoak soak() {
    Soak soak = spec.soakOrNull();
    if (soak == null) {
      return CompiledSoak.NONE;
    }
    if (soak.duration() == null) {
      throw ManifestFields.invalid("spec.verify.soak.duration", "it is missing");
    }
    try {
      CompiledSoak compiled = new CompiledSoak(soak.length(), soak.intervalOrDefault());
      if (!compiled.interval().isPositive()) {
        throw new IllegalArgumentException("an interval above zero is needed");
      }
      return compiled;
    } catch (IllegalArgumentException wrong) {
      throw ManifestFields.invalid("spec.verify.soak", wrong.getMessage());
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

  /// Adds the steps that are right.
  private void steps(List<CompiledStep> compiled) {
    Set<String> names = new HashSet<>();
    for (int i = 0; spec.steps() != null && i < spec.steps().size(); i++) {
      int index = i;
      problems.section(() -> step(index, names)).ifPresent(compiled::add);
    }
  }

  private CompiledStep step(int index, Set<String> names) {
    Step step = spec.steps().get(index);
    String path = "spec.steps[%d]".formatted(index);
    if (step == null) {
      throw ManifestFields.invalid(path, "it is empty");
    }
    problems.check(() -> ManifestFields.name(path, step.name(), names));
    Optional<CompiledOperation> operation =
        problems.section(() -> operations.compile(path, one(path, step.operations())));
    List<CompiledOperation> rollback = rollback(path, step);
    problems.settle();
    return new CompiledStep(
        index,
        step.name(),
        path,
        operation.orElseThrow(),
        rollback,
        spec.rollbackOrDefault().undoOrDefault());
  }

  private List<CompiledOperation> rollback(String path, Step step) {
    List<CompiledOperation> compiled = new ArrayList<>();
    for (int i = 0; step.rollback() != null && i < step.rollback().size(); i++) {
      String at = "%s.rollback[%d]".formatted(path, i);
      List<Operation> named = step.rollback().get(i).operations();
      problems.section(() -> operations.compile(at, one(at, named))).ifPresent(compiled::add);
    }
    return List.copyOf(compiled);
  }

  static Operation one(String path, List<Operation> operations) {
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
      problems.check(() -> checkReversible(step, onFailure));
    }
  }

  private void checkReversible(CompiledStep step, OnFailure onFailure) {
    if (step.needsBackup() && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
      throw irreversible(step, "spec.backup.policy is Never");
    }
    if (step.needsBackup() && onFailure == OnFailure.Steps) {
      throw irreversible(step, "spec.rollback.onFailure is Steps");
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
