package dev.godwit.engine.backup;

import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.Rate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Reports how far a dump is: the reading is its first four fifths, the check of the archive the
/// rest. Thread-safe. Of the collections that are read at once the one that was begun first is
/// named.
final class DumpProgress {

  private static final int READ = 80;
  static final double MEGABYTE = 1e6;

  private final ProgressSink sink;
  private final int collections;
  private final long expected;
  private final Deque<Collection> open = new ArrayDeque<>();
  private final Rate documentRate = new Rate(System.nanoTime(), 0);
  private final Rate byteRate = new Rate(System.nanoTime(), 0);
  private int begun;
  private long documents;
  private long bytes;

  DumpProgress(ProgressSink sink, List<DumpPlan.Sized> collections) {
    this.sink = sink;
    this.collections = collections.size();
    this.expected = collections.stream().mapToLong(one -> one.size().documents()).sum();
  }

  synchronized void begin(DumpPlan.Sized collection) {
    open.add(new Collection(collection, ++begun));
    report();
  }

  synchronized void read(DumpPlan.Sized collection, PageReader.Page page) {
    open.stream()
        .filter(one -> one.is(collection))
        .forEach(one -> one.documents += page.documents());
    documents += page.documents();
    bytes += page.bytes();
    report();
  }

  synchronized void end(DumpPlan.Sized collection) {
    if (open.getFirst().is(collection)) {
      open.getFirst().isEnded = true;
      report();
    }
    open.removeIf(one -> one.is(collection));
  }

  /// @param bytes of the archive that were checked
  static RunProgress checked(BackupManifest manifest, long bytes) {
    int collections = manifest.collections().size();
    return new RunProgress(
        RunProgress.FORM,
        RunProgress.Activity.BackingUp,
        manifest.archiveName(),
        collections,
        collections,
        null,
        null,
        share(bytes, manifest.archiveSize(), READ, 100),
        null,
        null,
        "reading the archive back");
  }

  private void report() {
    long now = System.nanoTime();
    documentRate.at(now, documents);
    byteRate.at(now, bytes);
    Collection first = open.getFirst();
    sink.report(
        new RunProgress(
            RunProgress.FORM,
            RunProgress.Activity.BackingUp,
            first.of.metadata().name(),
            first.index,
            collections,
            first.documents,
            first.isEnded
                ? first.documents
                : Math.max(first.documents, first.of.size().documents()),
            share(documents, Math.max(expected, documents), 0, READ),
            documentRate.perSecond(),
            documentRate.secondsFor(Math.max(0, expected - documents)),
            byteRate.perSecond(),
            byteRate.perSecond() == null
                ? null
                : "%.1f MB/s".formatted(byteRate.perSecond() / MEGABYTE)));
  }

  static int share(long done, long total, int from, int to) {
    return total <= 0 ? from : from + (int) ((to - from) * Math.min(done, total) / total);
  }

  private static final class Collection {

    private final DumpPlan.Sized of;
    private final int index;
    private long documents;
    private boolean isEnded;

    Collection(DumpPlan.Sized of, int index) {
      this.of = of;
      this.index = index;
    }

    private boolean is(DumpPlan.Sized other) {
      return of.metadata().name().equals(other.metadata().name());
    }
  }
}
