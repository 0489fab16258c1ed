package dev.godwit.cli;

import dev.godwit.engine.ProgressSink;
import java.io.PrintWriter;
import picocli.CommandLine;

/// Shows how far a run is, on standard error.
interface Progress extends ProgressSink, AutoCloseable {

  /// Takes away what is still moving.
  @Override
  void close();

  /// Bars on a terminal, JSON lines otherwise.
  static Progress of(CommandLine command) {
    PrintWriter err = command.getErr();
    if (Terminal.console().isPresent()) {
      return new ProgressBars(err, command.getUsageHelpWidth());
    }
    ProgressLines lines =
        new ProgressLines(
            line -> {
              err.println(line);
              err.flush();
            });
    return new Progress() {
      @Override
      public void report(dev.godwit.api.job.RunProgress progress) {
        lines.report(progress);
      }

      @Override
      public void close() {}
    };
  }
}
