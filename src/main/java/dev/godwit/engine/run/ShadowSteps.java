package dev.godwit.engine.run;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.ShadowTransform;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.Redirection;
import dev.godwit.engine.changelog.TransformCompiler;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.LeftOvers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;

/// Runs the steps of a transformation on loaded collections, with a history of its own: each change
/// is made exactly once, also after a crash, and the database's history does not speak of it.
final class ShadowSteps implements ShadowTransform {

  private static final int ALL_BUT_RENAMES = 99;

  private final RunEnvironment environment;
  private final Lease lease;
  private final List<CompiledStep> steps;
  private final String checksum;
  private final Attempt attempt;
  private final String notes;

  /// @param tag names the restore
  ShadowSteps(RunEnvironment environment, Lease lease, String tag, List<CompiledStep> steps) {
    this.environment = environment;
    this.lease = lease;
    this.steps = steps;
    this.checksum = TransformCompiler.checksum(steps);
    this.attempt = new Attempt("restore-" + tag, 1, checksum, 0);
    this.notes = CollectionName.OWN_PREFIX + "scratch_transform_" + tag;
  }

  @Override
  public String checksum() {
    return " " + checksum;
  }

  @Override
  public void check(Set<String> collections) {
    Map<String, String> same = new HashMap<>();
    collections.forEach(name -> same.put(name, name));
    Redirection redirection = new Redirection(same);
    steps.forEach(redirection::of);
  }

  @Override
  public void run(Map<String, String> shadows) {
    History history = History.open(environment.database(), lease, notes);
    if (history.state().of(attempt.version()).isEmpty()) {
      history.append(EventType.Started, attempt, null, null, new BsonDocument());
    }
    VersionState before = history.state().of(attempt.version()).orElseThrow();
    Redirection redirection = new Redirection(shadows);
    StepExecution execution =
        new StepExecution(
            environment,
            history,
            lease,
            attempt,
            new RunMeter(atTheEnd(), RunProgress.Activity.Restoring, steps.size()));
    for (CompiledStep step : steps) {
      if (before.completed().containsKey(step.index())) {
        continue;
      }
      environment.stop().check();
      try {
        execution.run(before, redirection.of(step));
      } catch (RunException failed) {
        throw failed.verdict() == Verdict.StepFailed ? refused(step, failed) : failed;
      }
    }
  }

  @Override
  public void forget() {
    LeftOvers.drop(environment.database(), attempt);
    environment.database().getCollection(notes).drop();
  }

  /// Loading takes the percents; a transformation keeps the last one.
  private ProgressSink atTheEnd() {
    return report ->
        environment
            .progress()
            .report(
                new RunProgress(
                    report.godwit(),
                    report.activity(),
                    report.step(),
                    report.stepIndex(),
                    report.steps(),
                    report.documentsDone(),
                    report.documentsTotal(),
                    ALL_BUT_RENAMES,
                    report.rate(),
                    report.etaSeconds(),
                    Optional.ofNullable(report.message()).orElse("transforming")));
  }

  private static RunException refused(CompiledStep step, RunException failed) {
    return new RunException(
        Verdict.Refused,
        new Failure(
            "TransformFailed",
            step.name(),
            "the transformation failed, no collection was replaced: " + failed.failure().message()),
        failed);
  }
}
