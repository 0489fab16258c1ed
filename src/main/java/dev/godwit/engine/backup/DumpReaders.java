package dev.godwit.engine.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The threads of a dump. When one fails the others end after their present page.
final class DumpReaders implements AutoCloseable {

  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("godwit-dump-", 1).daemon().factory());
  private final List<DumpReader> readers = new ArrayList<>();
  private final List<Future<Void>> running = new ArrayList<>();

  void start(DumpReader reader) {
    readers.add(reader);
    running.add(threads.submit(reader));
  }

  /// Waits for all of them, and throws what the first of them failed with.
  void await() throws IOException {
    List<Throwable> failures = new ArrayList<>();
    for (Future<Void> one : running) {
      try {
        one.get();
      } catch (ExecutionException failed) {
        if (!(failed.getCause() instanceof CancellationException)) {
          failures.add(failed.getCause());
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    if (failures.isEmpty()) {
      return;
    }
    failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
    switch (failures.getFirst()) {
      case IOException failed -> throw failed;
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      case Throwable failed -> throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    threads.close();
    readers.forEach(DumpReader::close);
  }
}
