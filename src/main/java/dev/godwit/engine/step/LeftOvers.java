package dev.godwit.engine.step;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.KeptUndo;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// What an attempt leaves in the database besides its changes: undo logs, copies.
public final class LeftOvers {

  private LeftOvers() {}

  /// Drops the undo logs of an attempt, and copies.
  public static void drop(MongoDatabase database, Attempt attempt) {
    UndoLog.left(database, attempt).forEach(name -> database.getCollection(name).drop());
    Transformation.dropCopies(database);
    WorkCollection.dropAll(database, attempt);
  }

  /// The collections that could take back an attempt, or one before it of the same version.
  ///
  /// @param existing the names of all collections
  public static List<String> undoData(Collection<String> existing, Attempt attempt, KeptUndo kept) {
    return existing.stream()
        .filter(name -> kept.asides().contains(name) || isLog(name, attempt))
        .toList();
  }

  private static boolean isLog(String name, Attempt attempt) {
    return IntStream.rangeClosed(1, attempt.number())
        .mapToObj(number -> new Attempt(attempt.version(), number, "", 0))
        .anyMatch(it -> UndoLog.isOf(name, it));
  }

  /// Drops what the steps of an attempt noted while they ran; call it when all are completed.
  public static void dropNotes(MongoDatabase database, Attempt attempt) {
    WorkCollection.dropAll(database, attempt);
  }
}
