package dev.godwit.engine;

import dev.godwit.api.job.RunProgress;

/// Takes reports of progress. Called often: an implementation thins them out to one a second.
@FunctionalInterface
public interface ProgressSink {

  /// Takes a report.
  void report(RunProgress progress);
}
