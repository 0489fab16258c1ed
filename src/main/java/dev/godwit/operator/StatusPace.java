package dev.godwit.operator;

import dev.godwit.core.Change;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Writes news of a resource at once, and its progress once in a while: a status that only says how
/// far something is rests until some time after the last one was written.
final class StatusPace {

  private final Map<String, Long> written = new ConcurrentHashMap<>();
  private final long interval;
  private final LongSupplier nanos;

  /// @param interval from one written status to the progress that comes after it
  StatusPace(Duration interval) {
    this(interval, System::nanoTime);
  }

  StatusPace(Duration interval, LongSupplier nanos) {
    this.interval = interval.toNanos();
    this.nanos = nanos;
  }

  /// What a change of a resource's status asks for now.
  ///
  /// @param uid of the resource
  Turn turn(String uid, Change change) {
    long now = nanos.getAsLong();
    written.values().removeIf(at -> now - at >= interval);
    Long last = change == Change.Progress ? written.get(uid) : null;
    if (change == Change.None || last != null) {
      return new Turn(false, last == null ? null : Duration.ofNanos(last + interval - now));
    }
    written.put(uid, now);
    return new Turn(true, null);
  }

  /// @param writes whether the status is written now
  /// @param rest how long it rests; null when there is nothing to write later
  record Turn(boolean writes, Duration rest) {

    /// Does what comes before a status.
    void onWrite(Runnable act) {
      if (writes) {
        act.run();
      }
    }

    /// @param update what is written
    /// @param recheck when to look again in any case
    <P extends HasMetadata> UpdateControl<P> control(
        Supplier<P> update, Optional<Duration> recheck) {
      UpdateControl<P> control =
          writes ? UpdateControl.patchStatus(update.get()) : UpdateControl.noUpdate();
      Duration next = recheck.orElse(rest);
      if (next != null) {
        control.rescheduleAfter(rest != null && rest.compareTo(next) < 0 ? rest : next);
      }
      return control;
    }
  }
}
