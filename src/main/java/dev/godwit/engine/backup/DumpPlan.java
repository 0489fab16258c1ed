package dev.godwit.engine.backup;

import dev.godwit.engine.range.IdRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/// Hands out the work of a dump to several readers: collections, the largest first, and the ranges
/// into which they are cut. Thread-safe.
///
/// A collection is begun only when no begun one has work left, so never more collections are begun
/// and not ended than there are readers.
final class DumpPlan {

  /// A collection and its estimated size.
  record Sized(CollectionMetadata metadata, CollectionSize size) {}

  /// Something for one reader to do.
  ///
  /// @param range what is to be read; null when the collection is to be begun: read, or [#cut]
  record Work(Sized collection, IdRange range) {

    boolean isBeginning() {
      return range == null;
    }
  }

  private final List<Entry> unfinished = new ArrayList<>();
  private boolean isStopped;

  DumpPlan(List<Sized> collections) {
    collections.stream()
        .sorted(Comparator.comparingLong((Sized one) -> one.size().bytes()).reversed())
        .map(Entry::new)
        .forEach(unfinished::add);
  }

  /// The next work; waits while a collection is being cut. Null when there is none left.
  synchronized Work next() throws InterruptedException {
    while (!isStopped) {
      boolean isSomeBeginning = false;
      for (Entry entry : unfinished) {
        Work work = entry.take();
        if (work != null) {
          return work;
        }
        isSomeBeginning |= entry.isBeginning;
      }
      if (!isSomeBeginning) {
        return null;
      }
      wait();
    }
    return null;
  }

  /// Adds the ranges of a collection that is being begun.
  synchronized void cut(Work beginning, List<IdRange> ranges) {
    entry(beginning).ranges.addAll(ranges);
    notifyAll();
  }

  /// Notes that a work is done.
  ///
  /// @return whether its collection has been read to its end
  synchronized boolean done(Work work) {
    Entry entry = entry(work);
    entry.running--;
    if (work.isBeginning()) {
      entry.isBeginning = false;
      notifyAll();
    }
    boolean isRead = entry.running == 0 && entry.ranges.isEmpty();
    if (isRead) {
      unfinished.remove(entry);
    }
    return isRead;
  }

  /// Hands out nothing any more.
  synchronized void stop() {
    isStopped = true;
    notifyAll();
  }

  synchronized boolean isStopped() {
    return isStopped;
  }

  private Entry entry(Work work) {
    return unfinished.stream()
        .filter(entry -> entry.name().equals(work.collection().metadata().name()))
        .findFirst()
        .orElseThrow();
  }

  private static final class Entry {

    private final Sized collection;
    private final Deque<IdRange> ranges = new ArrayDeque<>();
    private boolean isBegun;
    private boolean isBeginning;
    private int running;

    Entry(Sized collection) {
      this.collection = collection;
    }

    private String name() {
      return collection.metadata().name();
    }

    private Work take() {
      if (!isBegun) {
        isBegun = true;
        isBeginning = true;
        running++;
        return new Work(collection, null);
      }
      if (ranges.isEmpty()) {
        return null;
      }
      running++;
      return new Work(collection, ranges.poll());
    }
  }
}
