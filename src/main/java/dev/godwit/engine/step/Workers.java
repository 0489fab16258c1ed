package dev.godwit.engine.step;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntFunction;
import org.bson.BsonValue;

/// Threads that work on ranges at once. Ranges are handed out, and taken back, in the order of the
/// walk, by one thread.
final class Workers implements AutoCloseable {

  /// Work on a range.
  @FunctionalInterface
  interface Work {
    /// @return how many documents there were
    int on(DocumentBatch batch);
  }

  /// A range that is done.
  ///
  /// @param upper its last `_id`
  /// @param matched documents found
  /// @param changed documents changed
  /// @param nanos time that it took
  record Done(BsonValue upper, int matched, long changed, long nanos) {}

  private final int size;
  private final List<DocumentBatch> batches = new ArrayList<>();
  private final BlockingQueue<DocumentBatch> idle = new LinkedBlockingQueue<>();
  private final Deque<Future<Done>> running = new ArrayDeque<>();
  private final ExecutorService threads;

  Workers(int size, IntFunction<? extends DocumentBatch> worker) {
    this.size = size;
    for (int i = 0; i < size; i++) {
      batches.add(worker.apply(i));
    }
    idle.addAll(batches);
    this.threads =
        Executors.newFixedThreadPool(
            size, Thread.ofPlatform().name("godwit-worker-", 1).daemon().factory());
  }

  /// A batch, to be asked what concerns no page.
  DocumentBatch any() {
    return batches.getFirst();
  }

  /// Whether as many workers have a range as there are, or as may work at once.
  boolean busy(int most) {
    return running.size() >= Math.min(size, most);
  }

  /// Whether some worker has a range.
  boolean running() {
    return !running.isEmpty();
  }

  /// Hands out a range.
  void submit(BsonValue upper, Work work) {
    running.add(threads.submit(() -> done(upper, work)));
  }

  private Done done(BsonValue upper, Work work) throws InterruptedException {
    DocumentBatch batch = idle.take();
    try {
      long before = batch.changed();
      long start = System.nanoTime();
      int matched = work.on(batch);
      return new Done(upper, matched, batch.changed() - before, System.nanoTime() - start);
    } finally {
      idle.add(batch);
    }
  }

  /// Waits for the first of the ranges that were handed out. When it failed, its failure is thrown;
  /// [#close] then waits for the others.
  Done next() {
    try {
      return running.remove().get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(failed.getCause());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /// Waits for the workers to end their ranges.
  @Override
  public void close() {
    threads.close();
  }
}
