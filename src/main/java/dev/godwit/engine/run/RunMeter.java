package dev.godwit.engine.run;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.Rate;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.step.StepContext.StepProgress;
import java.util.function.LongSupplier;

/// Turns the progress of steps into the progress of a run, with rate and time left.
final class RunMeter {

  private final ProgressSink sink;
  private final Activity activity;
  private final int steps;
  private final LongSupplier nanos;

  RunMeter(ProgressSink sink, Activity activity, int steps) {
    this(sink, activity, steps, System::nanoTime);
  }

  /// @param nanos a clock, in nanoseconds
  RunMeter(ProgressSink sink, Activity activity, int steps, LongSupplier nanos) {
    this.sink = sink;
    this.activity = activity;
    this.steps = steps;
    this.nanos = nanos;
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
    private long done;
    private long total;
    private Rate rate;
    private String slowness;

    OfStep(CompiledStep step, int stepsBefore) {
      this.step = step;
      this.stepsBefore = stepsBefore;
    }

    @Override
    public synchronized void report(long nowDone, long nowTotal) {
      done = nowDone;
      total = nowTotal;
      if (rate == null && total > 0) {
        rate = new Rate(nanos.getAsLong(), done);
      }
      report(slowness);
    }

    @Override
    public synchronized void working(String what) {
      report(what);
    }

    @Override
    public synchronized void slowed(String reason) {
      slowness = reason;
    }

    private void report(String message) {
      if (rate != null) {
        rate.at(nanos.getAsLong(), done);
      }
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
              rate == null ? null : rate.perSecond(),
              rate == null ? null : rate.secondsFor(total - done),
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
