package dev.godwit.engine.backup;

import java.util.concurrent.Semaphore;

/// Bytes that several threads may hold in buffers at once. Who wants more waits until others gave
/// some back; who wants more than there are gets them all.
final class ByteBudget {

  private static final int UNIT = 1024;

  private final int units;
  private final Semaphore free;

  ByteBudget(long bytes) {
    this.units = Math.toIntExact(Math.max(1, bytes / UNIT));
    this.free = new Semaphore(units, true);
  }

  /// Takes bytes until the result is closed. A thread must not take twice.
  Taken take(long bytes) {
    int wanted = (int) Math.clamp((bytes + UNIT - 1) / UNIT, 1, units);
    free.acquireUninterruptibly(wanted);
    return () -> free.release(wanted);
  }

  /// Bytes that are held.
  @FunctionalInterface
  interface Taken extends AutoCloseable {
    /// Gives them back.
    @Override
    void close();
  }
}
