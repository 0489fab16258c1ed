package dev.godwit.engine.step;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.history.Attempt;

/// What an attempt leaves in the database besides its changes: undo logs, copies.
public final class LeftOvers {

  /// Field of an intent: the name of a collection that the step takes out of use.
  static final String ASIDE = "aside";

  private LeftOvers() {}

  /// Drops the undo logs of an attempt, and copies.
  public static void drop(MongoDatabase database, Attempt attempt) {
    UndoLog.left(database, attempt).forEach(name -> database.getCollection(name).drop());
    Transformation.dropCopies(database);
    WorkCollection.dropAll(database, attempt);
  }

  /// Drops what the steps of an attempt noted while they ran; call it when all are completed.
  public static void dropNotes(MongoDatabase database, Attempt attempt) {
    WorkCollection.dropAll(database, attempt);
  }
}
