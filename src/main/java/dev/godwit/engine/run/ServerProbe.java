package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/// Lets the server read what a step or check will ask: it knows better than any list which
/// expressions exist.
final class ServerProbe {

  private static final Set<String> MUST_BE_FIRST =
      Set.of(
          "$geoNear",
          "$search",
          "$searchMeta",
          "$vectorSearch",
          "$collStats",
          "$indexStats",
          "$planCacheStats",
          "$documents");

  private ServerProbe() {}

  /// A filter that no document matches, in which the server still reads this one.
  static BsonDocument noneOf(BsonDocument filter) {
    BsonDocument none = new BsonDocument("_id", new BsonDocument("$in", new BsonArray()));
    return filter.isEmpty() ? none : new BsonDocument("$and", new BsonArray(List.of(none, filter)));
  }

  /// The stages on no document.
  static List<BsonDocument> onNone(List<BsonDocument> stages) {
    List<BsonDocument> all = new ArrayList<>();
    all.add(new BsonDocument("$match", noneOf(new BsonDocument())));
    all.addAll(stages);
    return all;
  }

  /// Whether nothing may stand before this stage, so that it cannot be read on no document.
  static boolean mustBeFirst(BsonDocument stage) {
    return MUST_BE_FIRST.contains(stage.getFirstKey());
  }

  /// Runs a read.
  ///
  /// @param path of the field that it tries
  /// @throws RunException with verdict `Refused` when the server does not take it
  static void attempt(String path, Runnable read) {
    try {
      read.run();
    } catch (MongoException failure) {
      if (TransientFailures.isTransient(failure)) {
        throw failure;
      }
      throw RunException.refused(
          "ServerRefused", path, "the server does not take it: " + ServerMessage.of(failure));
    }
  }
}
