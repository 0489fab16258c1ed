package dev.godwit.engine.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Threads that do the items of a list at once, in the list's order as far as there are free
/// threads. The first failure ends it: items that were begun are ended, no others are begun.
final class Crew {

  /// What is done with an item.
  @FunctionalInterface
  interface Work<T> {
    void on(T item) throws IOException;
  }

  private Crew() {}

  /// Returns when all is done; the caller's thread works too.
  ///
  /// @param size number of threads, at least 1
  static <T> void run(int size, List<T> items, Work<? super T> work) throws IOException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable member =
        () -> {
          while (failure.get() == null) {
            int item = next.getAndIncrement();
            if (item >= items.size()) {
              return;
            }
            try {
              work.on(items.get(item));
            } catch (IOException | RuntimeException | Error failed) {
              failure.compareAndSet(null, failed);
            }
          }
        };
    List<Thread> others = new ArrayList<>();
    for (int number = 1; number < Math.min(size, items.size()); number++) {
      others.add(Thread.ofPlatform().name("godwit-restore-" + number).daemon().start(member));
    }
    member.run();
    others.forEach(Crew::await);
    switch (failure.get()) {
      case null -> {}
      case IOException failed -> throw failed;
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      case Throwable impossible -> throw new IllegalStateException(impossible);
    }
  }

  /// Threads that still write must not be left alone: an interrupt is kept for the caller.
  private static void await(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
