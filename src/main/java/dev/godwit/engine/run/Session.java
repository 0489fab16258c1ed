package dev.godwit.engine.run;

import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.engine.lock.Lease;
import java.util.Optional;

/// Keeps the lock of one database, and the history as it was read, over several runs in a row:
/// between them nobody else gets in, and each begins where the one before ended. A run that does
/// not return a result gives the lock back, and the next one takes it anew. For one thread.
public final class Session implements AutoCloseable {

  private Held held;

  /// @param lease of the lock
  /// @param history opened under it
  record Held(Lease lease, History history) {}

  /// The history under the lock; empty while the lock is not held.
  public Optional<HistoryState> history() {
    return Optional.ofNullable(held).map(it -> it.history().state());
  }

  /// Takes the lock and opens the history, unless that is done.
  ///
  /// @throws dev.godwit.engine.RunException with the verdicts `LockHeld` and `Interrupted`
  Held hold(RunEnvironment environment) {
    if (held != null) {
      held.lease().check();
      return held;
    }
    Lease lease =
        new DatabaseLock(environment.database(), environment.lease())
            .acquire(
                environment.owner(),
                environment.patience(),
                environment.progress(),
                environment.stop());
    try {
      held = new Held(lease, History.open(environment.database(), lease));
    } finally {
      if (held == null) {
        lease.close();
      }
    }
    return held;
  }

  /// Gives the lock back, if it is held.
  @Override
  public void close() {
    if (held != null) {
      held.lease().close();
      held = null;
    }
  }
}
