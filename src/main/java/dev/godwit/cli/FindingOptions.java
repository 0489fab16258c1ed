package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.plan.Severity;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/// Which findings count.
final class FindingOptions {

  /// Errors that an older Godwit may see where a newer server sees none.
  private static final Set<String> DOUBTFUL = Set.of("UnknownExpression");

  @Option(names = "--strict", description = "Warnings count as errors.")
  private boolean strict;

  @Option(
      names = "--ignore",
      paramLabel = "REASON",
      split = ",",
      description = {
        "Leave out the warnings and notes with this reason; may be given more than once.",
        "Of the errors only UnknownExpression can be ignored."
      })
  private Set<String> ignored = Set.of();

  /// Those that are not ignored.
  List<PlacedFinding> of(List<PlacedFinding> findings) {
    return findings.stream().filter(finding -> !isIgnored(finding)).toList();
  }

  private boolean isIgnored(PlacedFinding finding) {
    return ignored.contains(finding.reason())
        && (finding.severity() != Severity.Error || DOUBTFUL.contains(finding.reason()));
  }

  /// @return [ExitCode#REFUSED] when one counts as an error
  int exitCode(List<PlacedFinding> findings) {
    return findings.stream()
            .anyMatch(
                finding ->
                    finding.severity() == Severity.Error
                        || strict && finding.severity() == Severity.Warning)
        ? ExitCode.REFUSED
        : ExitCode.DONE;
  }

  /// How many there are: `1 error, 2 warnings, no notes`.
  static String count(List<PlacedFinding> findings) {
    return "%s, %s, %s"
        .formatted(
            count(findings, Severity.Error, "error"),
            count(findings, Severity.Warning, "warning"),
            count(findings, Severity.Info, "note"));
  }

  private static String count(List<PlacedFinding> findings, Severity severity, String word) {
    return number(
        (int) findings.stream().filter(finding -> finding.severity() == severity).count(), word);
  }

  /// `no file`, `1 file`, `2 files`.
  static String number(int count, String word) {
    return "%s %s%s".formatted(count == 0 ? "no" : count, word, count == 1 ? "" : "s");
  }
}
