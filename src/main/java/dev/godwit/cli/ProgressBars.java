package dev.godwit.cli;

import dev.godwit.api.job.RunProgress;
import java.io.PrintWriter;
import java.util.Objects;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// A bar for the running step; what is waited for in a line of its own.
final class ProgressBars implements Progress {

  private static final int UPDATE_MILLIS = 200;

  /// Clears to the end of the line: a bar may be shorter than the one before.
  private static final String CLEAR = "\u001b[K";

  private final PrintWriter out;
  private final int width;
  private ProgressBar bar;
  private RunProgress last;

  /// @param width columns of the terminal
  ProgressBars(PrintWriter out, int width) {
    this.out = out;
    this.width = width;
  }

  @Override
  public synchronized void report(RunProgress progress) {
    if (last == null || !isSamePlace(last, progress)) {
      close();
      begin(progress);
    }
    last = progress;
    if (bar != null && progress.documentsDone() != null) {
      if (progress.documentsTotal() != null) {
        bar.maxHint(progress.documentsTotal());
      }
      bar.stepTo(progress.documentsDone());
      bar.setExtraMessage(progress.message() == null ? "" : " " + progress.message());
    }
  }

  private void begin(RunProgress progress) {
    if (progress.step() == null) {
      if (progress.message() != null) {
        out.println(progress.message());
        out.flush();
      }
      return;
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName(
                "%s %d/%d %s"
                    .formatted(
                        words(progress.activity()),
                        progress.stepIndex(),
                        progress.steps(),
                        progress.step()))
            .setInitialMax(progress.documentsTotal() == null ? -1 : progress.documentsTotal())
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .showSpeed()
            .setConsumer(
                new DelegatingProgressBarConsumer(
                    line -> {
                      out.print("\r" + line + CLEAR);
                      out.flush();
                    },
                    width - 1))
            .build();
  }

  private static boolean isSamePlace(RunProgress one, RunProgress other) {
    return one.activity() == other.activity()
        && Objects.equals(one.step(), other.step())
        && Objects.equals(one.stepIndex(), other.stepIndex())
        && (one.step() != null || Objects.equals(one.message(), other.message()));
  }

  private static String words(RunProgress.Activity activity) {
    return switch (activity) {
      case Waiting -> "waits";
      case Planning -> "plans";
      case Applying -> "applies";
      case Verifying -> "verifies";
      case RollingBack -> "rolls back";
      case Restoring -> "restores";
      case BackingUp -> "backs up";
    };
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
      out.println();
      out.flush();
    }
  }
}
