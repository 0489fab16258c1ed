package dev.godwit.engine.backup;

import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.Rate;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Reports how far a restore is: the check of the archive is its first fifth, loading and comparing
/// share the rest. Collections are worked on at once, so a report is of the one that moved.
final class RestoreProgress {

  /// Percent when the archive is checked.
  static final int CHECKED = 20;

  private static final int ALL_BUT_RENAMES = 99;

  private final ProgressSink sink;
  private final BackupManifest manifest;
  private final int steps;
  private final long total;
  private final Map<String, Long> loaded = new HashMap<>();
  private final Map<String, Long> compared = new HashMap<>();
  private final Set<String> begun = new LinkedHashSet<>();
  private final Rate rate = new Rate(System.nanoTime(), 0);
  private final Rate byteRate = new Rate(System.nanoTime(), 0);
  private long done;
  private long bytes;

  RestoreProgress(ProgressSink sink, BackupManifest manifest, RestorePlan plan) {
    this.sink = sink;
    this.manifest = manifest;
    this.steps = plan.load().size();
    this.total = plan.documents();
  }

  void checked(long bytes) {
    report(
        manifest.archiveName(),
        0,
        null,
        null,
        DumpProgress.share(bytes, manifest.archiveSize(), 0, CHECKED),
        "checking the archive");
  }

  /// @param documents loaded since the last call
  synchronized void loaded(ArchivedCollection collection, long documents) {
    bytes +=
        Math.round((double) documents * collection.bytes() / Math.max(1, collection.documents()));
    byteRate.at(System.nanoTime(), bytes);
    work(
        collection,
        loaded,
        documents,
        byteRate.perSecond() == null
            ? "loading"
            : "loading, %.1f MB/s".formatted(byteRate.perSecond() / DumpProgress.MEGABYTE));
  }

  /// @param documents compared since the last call
  synchronized void compared(ArchivedCollection collection, long documents) {
    work(collection, compared, documents, "comparing with the backup");
  }

  private void work(
      ArchivedCollection collection, Map<String, Long> counts, long documents, String message) {
    begun.add(collection.name());
    done += documents;
    rate.at(System.nanoTime(), done);
    report(
        collection.name(),
        begun.size(),
        counts.merge(collection.name(), documents, Long::sum),
        collection.documents(),
        DumpProgress.share(done, 2 * total, CHECKED, ALL_BUT_RENAMES),
        message);
  }

  private void report(
      String step, int index, Long done, Long expected, int percent, String message) {
    sink.report(
        new RunProgress(
            RunProgress.FORM,
            RunProgress.Activity.Restoring,
            step,
            index,
            steps,
            done,
            expected,
            percent,
            rate.perSecond(),
            rate.secondsFor(Math.max(0, 2 * total - this.done)),
            byteRate.perSecond(),
            message));
  }
}
