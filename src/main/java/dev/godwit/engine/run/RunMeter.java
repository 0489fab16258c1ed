package dev.godwit.engine.run;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.step.StepContext.StepProgress;

/// Turns the progress of steps into the progress of a run, with rate and time left.
final class RunMeter {

  private final ProgressSink sink;
  private final Activity activity;
  private final int steps;

  RunMeter(ProgressSink sink, Activity activity, int steps) {
    this.sink = sink;
    this.activity = activity;
    this.steps = steps;
  }

  /// The progress of a step.
  ///
  /// @param stepsBefore how many steps are done before it
  StepProgress step(CompiledStep step, int stepsBefore) {
    return new OfStep(step, stepsBefore);
  }

  private final class OfStep implements StepProgress {
    private final CompiledStep step;
    private final int stepsBefore;
    private long startNanos = System.nanoTime();
    private long first = -1;
    private long done;
    private long total;

    OfStep(CompiledStep step, int stepsBefore) {
      this.step = step;
      this.stepsBefore = stepsBefore;
    }

    @Override
    public synchronized void report(long nowDone, long nowTotal) {
      done = nowDone;
      total = nowTotal;
      if (first < 0 && (done > 0 || total > 0)) {
        // What earlier runs did is not this run's rate.
        first = done;
        startNanos = System.nanoTime();
      }
      report(null);
    }

    @Override
    public synchronized void working(String what) {
      report(what);
    }

    private void report(String message) {
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      long rate = first >= 0 && seconds > 0 ? Math.round((done - first) / seconds) : 0;
      double share = total > 0 ? Math.min(1.0, (double) done / total) : 0;
      sink.report(
          new RunProgress(
              RunProgress.FORM,
              activity,
              step.name(),
              step.index() + 1,
              steps,
              done,
              total > 0 ? total : null,
              (int) Math.min(99, Math.floor(100 * (stepsBefore + share) / steps)),
              rate,
              rate > 0 && total >= done ? (total - done) / rate : null,
              message));
    }
  }

  /// A report without a step. When the run verifies, all steps are done.
  void activity(Activity what, int percent, String message) {
    sink.report(
        new RunProgress(
            RunProgress.FORM,
            what,
            null,
            what == Activity.Verifying ? steps : null,
            steps,
            null,
            null,
            percent,
            null,
            null,
            message));
  }
}
