package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.lock.LockHolder;
import java.util.List;
import java.util.Optional;

/// How far Godwit's runs on a database are. Two readings are equal when no run held the lock in
/// between, nor at either of them: then nothing was written through Godwit.
public final class RunPosition {

  private RunPosition() {}

  /// Writes nothing. The history is read before the lock: a run that begins in between is seen.
  ///
  /// @return empty while a run is at work
  public static Optional<String> read(MongoDatabase database) {
    String position = History.mark(database);
    return LockHolder.read(database).isPresent() ? Optional.empty() : Optional.of(position);
  }

  /// The events after a position, but for those that only drop old undo data.
  ///
  /// @param events of the history
  static List<HistoryEvent> since(String position, List<HistoryEvent> events) {
    long sequence = Long.parseLong(position.substring(position.indexOf('.') + 1));
    return events.stream()
        .filter(event -> event.sequence() > sequence)
        .filter(event -> event.type() != EventType.UndoDropped)
        .toList();
  }
}
