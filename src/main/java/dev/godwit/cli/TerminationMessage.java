package dev.godwit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Fits a result into what Kubernetes takes as a termination message: first the samples are left
/// out, then names beyond the first twenty, the text of a plan, the outcome, and the end of the
/// failure's message.
final class TerminationMessage {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_NAMES = 20;
  private static final int SHORT_MESSAGE = 1_000;
  private static final int SHORTEST_MESSAGE = 300;

  private TerminationMessage() {}

  /// The result as JSON of at most [JobContract#TERMINATION_MESSAGE_LIMIT] bytes.
  static String of(RunResult result) {
    return Stream.<UnaryOperator<RunResult>>of(
            whole -> whole,
            TerminationMessage::withoutSamples,
            TerminationMessage::withFewNames,
            TerminationMessage::withoutPlanText,
            TerminationMessage::withoutOutcome,
            whole -> withShortMessage(whole, SHORT_MESSAGE),
            whole -> withShortMessage(whole, SHORTEST_MESSAGE))
        .map(shorten -> json(shorten.apply(result)))
        .filter(
            json ->
                json.getBytes(StandardCharsets.UTF_8).length
                    <= JobContract.TERMINATION_MESSAGE_LIMIT)
        .findFirst()
        .orElseGet(() -> json(RunResult.of(result.verdict(), null)));
  }

  private static RunResult withoutSamples(RunResult result) {
    List<StepOutcome> outcome =
        result.outcome() == null
            ? null
            : result.outcome().stream()
                .map(
                    step ->
                        new StepOutcome(
                            step.step(),
                            step.matched(),
                            step.changed(),
                            step.skipped(),
                            step.conflicts(),
                            null))
                .toList();
    return with(result, outcome, result.failure());
  }

  /// Of many collections that were set aside the first ones; their number is in the summary.
  private static RunResult withFewNames(RunResult result) {
    return with(result, result.outcome(), fewNames(result), result.failure());
  }

  private static List<String> fewNames(RunResult result) {
    List<String> names = result.setAside();
    return names == null || names.size() <= MAX_NAMES ? names : names.subList(0, MAX_NAMES);
  }

  private static RunResult withoutPlanText(RunResult result) {
    RunResult shorter = withFewNames(withoutSamples(result));
    return shorter.plan() == null ? shorter : shorter.withPlan(shorter.plan().withText(null));
  }

  private static RunResult withoutOutcome(RunResult result) {
    RunResult shorter = withoutPlanText(result);
    return with(shorter, null, fewNames(shorter), shorter.failure());
  }

  private static RunResult withShortMessage(RunResult result, int length) {
    Failure failure = result.failure();
    return with(
        withoutPlanText(result),
        null,
        fewNames(result),
        failure == null || failure.message().length() <= length
            ? failure
            : new Failure(
                failure.reason(),
                failure.step(),
                failure.message().substring(0, length) + "… (the rest is in the pod's log)"));
  }

  private static RunResult with(RunResult result, List<StepOutcome> outcome, Failure failure) {
    return with(result, outcome, result.setAside(), failure);
  }

  private static RunResult with(
      RunResult result, List<StepOutcome> outcome, List<String> setAside, Failure failure) {
    return new RunResult(
        result.verdict(),
        result.database(),
        result.attempt(),
        result.checksum(),
        result.plan(),
        outcome,
        setAside,
        result.restored(),
        result.backup(),
        result.restore(),
        failure);
  }

  private static String json(RunResult result) {
    try {
      return MAPPER.writeValueAsString(result);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
