package dev.godwit.engine.backup;

import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ProgressSink;

/// Reports how far a restore is: the check of the archive is its first fifth, loading and comparing
/// share the rest.
final class RestoreProgress {

  private static final int CHECKED = 20;
  private static final int ALL_BUT_RENAMES = 99;

  private final ProgressSink sink;
  private final BackupManifest manifest;
  private final int steps;
  private final long total;
  private ArchivedCollection collection;
  private int index;
  private long before;

  RestoreProgress(ProgressSink sink, BackupManifest manifest, RestorePlan plan) {
    this.sink = sink;
    this.manifest = manifest;
    this.steps = plan.load().size();
    this.total = plan.load().stream().mapToLong(ArchivedCollection::documents).sum();
  }

  void checked(long bytes) {
    report(
        manifest.archiveName(),
        null,
        null,
        DumpProgress.share(bytes, manifest.archiveSize(), 0, CHECKED),
        "checking the archive");
  }

  void begin(ArchivedCollection next) {
    collection = next;
    index++;
    loaded(0);
  }

  void loaded(long documents) {
    work(documents, documents, "loading");
  }

  void compared(long documents) {
    work(documents, collection.documents() + documents, "comparing with the backup");
  }

  void end(ArchivedCollection done) {
    before += 2 * done.documents();
  }

  private void work(long documents, long done, String message) {
    report(
        collection.name(),
        documents,
        collection.documents(),
        DumpProgress.share(before + done, 2 * total, CHECKED, ALL_BUT_RENAMES),
        message);
  }

  private void report(String step, Long done, Long expected, int percent, String message) {
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
            null,
            null,
            message));
  }
}
