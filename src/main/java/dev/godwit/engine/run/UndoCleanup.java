package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.step.LeftOvers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/// Drops undo logs, and collections that steps took out of use or restores replaced, when their
/// time is over. The history says so before the first one goes: from then on nobody may rely on
/// them. A run that was ended in between leaves the rest to the next one. What somebody else
/// created, and was only in the way, stays.
final class UndoCleanup {

  private final RunEnvironment environment;
  private final History history;

  UndoCleanup(RunEnvironment environment, History history) {
    this.environment = environment;
    this.history = history;
  }

  /// @param except a version that is to be taken back by this run: what is still there serves it;
  ///     null for none
  void run(HistoryState all, String except) {
    List<VersionState> candidates =
        all.versions().values().stream()
            .filter(state -> !state.version().equals(except))
            .filter(state -> state.kept().until() != null)
            .toList();
    if (candidates.isEmpty()) {
      return;
    }
    Instant now = history.now();
    List<VersionState> over =
        candidates.stream()
            .filter(state -> state.kept().isDropped() || state.kept().isOver(now))
            .toList();
    if (over.isEmpty()) {
      return;
    }
    List<String> existing = environment.database().listCollectionNames().into(new ArrayList<>());
    over.forEach(state -> drop(state, existing));
  }

  private void drop(VersionState state, List<String> existing) {
    Attempt attempt =
        new Attempt(state.version(), state.attempt(), state.checksum(), state.retry());
    List<String> undoData = LeftOvers.undoData(existing, attempt, state.kept());
    if (!state.kept().isDropped()
        && (state.state() == VersionState.State.Verified || !undoData.isEmpty())) {
      history.append(EventType.UndoDropped, attempt, null, null, new BsonDocument());
    }
    for (String name : undoData) {
      drop(name);
    }
  }

  /// A migration does not fail because something old cannot be dropped; the next run tries again.
  private void drop(String name) {
    environment.stop().check();
    try {
      environment.database().getCollection(name).drop();
    } catch (MongoException failure) {
      if (TransientFailures.isTransient(failure)) {
        throw failure;
      }
      environment
          .progress()
          .report(
              RunProgress.waiting(
                  "'%s' is not needed any more, but cannot be dropped: %s"
                      .formatted(name, ServerMessage.of(failure))));
    }
  }
}
