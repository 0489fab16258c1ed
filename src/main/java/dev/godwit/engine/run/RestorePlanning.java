package dev.godwit.engine.run;

import dev.godwit.engine.RunException;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which versions are not applied any more once a backup is restored. Pure.
final class RestorePlanning {

  private RestorePlanning() {}

  /// @param now the database's history
  /// @param then the history in the backup
  /// @param restored the collections that are restored
  /// @return the versions whose changes go, the latest attempt of each
  /// @throws RunException `Refused` when a version would be half there, or there without the
  ///     history knowing it
  static List<VersionState> undone(
      HistoryState now, HistoryState then, Collection<String> restored) {
    List<VersionState> undone = new ArrayList<>();
    List<String> obstacles = new ArrayList<>();
    for (VersionState known : now.versions().values()) {
      Set<String> touched = known.collections();
      Optional<VersionState> before = then.of(known.version());
      boolean wasThere = before.filter(it -> it.state().hasChanges() && it.touched()).isPresent();
      boolean isThere = known.state().hasChanges() && known.touched();
      boolean sameAttempt = before.filter(it -> it.attempt() == known.attempt()).isPresent();
      boolean whole = before.filter(it -> it.state() == State.Verified).isPresent();
      if (known.state() == State.Baselined
          || Collections.disjoint(touched, restored)
          || !isThere && !wasThere
          || isThere && wasThere && sameAttempt && whole && known.state() == State.Verified) {
        continue;
      }
      if (wasThere) {
        obstacles.add(
            "the backup holds changes of version %s that the history does not speak of in this form (then: attempt %d, %s; now: attempt %d, %s)"
                .formatted(
                    known.version(),
                    before.get().attempt(),
                    before.get().state(),
                    known.attempt(),
                    known.state()));
      } else if (!restored.containsAll(touched)) {
        obstacles.add(
            "version %s was applied since and changed %s; restore them all or none"
                .formatted(known.version(), touched));
      } else {
        undone.add(known);
      }
    }
    if (!obstacles.isEmpty()) {
      throw RunException.refused(
          "HistoryWouldLie",
          null,
          "nothing was changed: %s; choose another backup or other collections"
              .formatted(String.join("; ", obstacles)));
    }
    return undone;
  }
}
