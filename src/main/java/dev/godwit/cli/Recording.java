package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.changelog.BaselinePlan;
import dev.godwit.engine.foreign.ForeignHistory.LeftOut;
import dev.godwit.engine.run.BaselineRun;
import java.util.ArrayList;
import java.util.List;

/// Records versions as applied: shows what will be recorded, asks, records. Every database is
/// looked at before the first is written to.
final class Recording {

  private record One(String database, BaselineRun run, List<LeftOut> leftOut) {}

  private final List<One> all = new ArrayList<>();
  private final OutputFormat output;

  Recording(OutputFormat output) {
    this.output = output;
  }

  /// Adds what is to be recorded in a database.
  ///
  /// @param leftOut what was found there besides
  void add(String database, BaselineRun run, List<LeftOut> leftOut) {
    all.add(new One(database, run, leftOut));
  }

  /// Shows what would be recorded.
  ///
  /// @return the exit code
  int show() {
    List<BaselineReport> planned = planned();
    output.print(planned, () -> BaselineReport.text(planned, output));
    return ExitCode.DONE;
  }

  /// Records.
  ///
  /// @return the exit code
  int record(Consent consent) {
    List<BaselineReport> planned = planned();
    long missing = count(planned, BaselineReport.State.ToRecord);
    output.say(BaselineReport.text(planned, output));
    if (missing == 0) {
      output.print(planned, () -> "Nothing to record.");
      return ExitCode.DONE;
    }
    if (!consent.to(
        "%d versions will count as applied without being run. This cannot be undone."
            .formatted(missing))) {
      output.print(planned, () -> "Nothing was recorded.");
      return ExitCode.DONE;
    }
    List<BaselineReport> recorded =
        all.stream().map(one -> report(one, one.run().run(), true)).toList();
    output.print(
        recorded, () -> "%d recorded.".formatted(count(recorded, BaselineReport.State.Recorded)));
    return ExitCode.DONE;
  }

  private List<BaselineReport> planned() {
    return all.stream().map(one -> report(one, one.run().plan(), false)).toList();
  }

  private static BaselineReport report(One one, BaselinePlan plan, boolean done) {
    return BaselineReport.of(one.database(), plan, one.leftOut(), done);
  }

  private static long count(List<BaselineReport> reports, BaselineReport.State state) {
    return reports.stream().mapToLong(report -> report.count(state)).sum();
  }
}
