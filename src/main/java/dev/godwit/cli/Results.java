package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// What came of the migrations of a command, so far.
final class Results {

  /// The answer as JSON.
  ///
  /// @param exitCode of the command
  record Summary(int exitCode, List<MigrationResult> migrations) {}

  private final OutputFormat output;
  private final List<MigrationResult> all = new ArrayList<>();

  Results(OutputFormat output) {
    this.output = output;
  }

  /// Adds a result and says it.
  void add(MigrationResult result) {
    all.add(result);
    output.say(line(result));
  }

  /// The worst that has come: a rollback that failed, or else the first failure.
  int exitCode() {
    return all.stream().anyMatch(result -> result.exitCode() == ExitCode.ROLLBACK_FAILED)
        ? ExitCode.ROLLBACK_FAILED
        : all.stream()
            .mapToInt(MigrationResult::exitCode)
            .filter(code -> code != ExitCode.DONE)
            .findFirst()
            .orElse(ExitCode.DONE);
  }

  /// Says the end.
  ///
  /// @param text for people
  /// @return the exit code
  int end(String text) {
    output.print(new Summary(exitCode(), all), () -> text);
    return exitCode();
  }

  private static String line(MigrationResult result) {
    String head = "%s %s: ".formatted(result.database(), result.version());
    String steps =
        result.outcome() == null
            ? ""
            : result.outcome().stream().map(Results::step).collect(Collectors.joining(", "));
    String why = result.failure() == null ? "" : result.failure().message();
    return head
        + switch (result.verdict()) {
          case Applied -> "applied" + (steps.isEmpty() ? "" : " (" + steps + ")");
          case Recorded -> "is recorded as applied already; nothing was run";
          case RolledBack ->
              (result.failure() == null
                      ? "taken back" + (steps.isEmpty() ? "" : " (" + steps + ")")
                      : why + "; rolled back, the data is as before")
                  + restored(result);
          case RecordedAsRolledBack -> "recorded as rolled back; nothing was run";
          case RollbackFailed -> "ROLLBACK FAILED: " + why;
          case FailedChangesStay -> why + "; the changes stay, because rollback.onFailure is None";
          case Refused -> "refused, nothing was changed: " + why;
          case LockHeld, Interrupted -> "not done: " + why;
          default -> result.verdict() + " " + why;
        };
  }

  private static String restored(MigrationResult result) {
    return Boolean.TRUE.equals(result.restored())
        ? "; the backup was restored, what was there since is in "
            + String.join(", ", Objects.requireNonNullElse(result.setAside(), List.of()))
        : "";
  }

  private static String step(StepOutcome step) {
    String conflicts =
        step.conflicts() == null || step.conflicts() == 0
            ? ""
            : ", %d left to newer values, such as %s"
                .formatted(step.conflicts(), step.conflictSample());
    return step.changed() == null
        ? step.step()
        : "%s: %d changed%s".formatted(step.step(), step.changed(), conflicts);
  }
}
