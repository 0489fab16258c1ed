package dev.godwit.engine.step;

import com.mongodb.MongoCommandException;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Builds one index. Issued again it joins a build that runs, or finds the index done.
final class IndexBuild {

  private static final String HIDDEN = "hidden";

  private final StepContext context;
  private final String collection;

  IndexBuild(StepContext context, String collection) {
    this.context = context;
    this.collection = collection;
  }

  /// @param index as an entry of the server's createIndexes command
  void run(BsonDocument index) {
    context.checkpointReached();
    try {
      create(index);
    } catch (MongoCommandException refused) {
      if (!index.containsKey(HIDDEN)) {
        throw refused;
      }
      createAndHide(index);
    }
  }

  /// Some servers cannot create a hidden index, but hide one that is there.
  private void createAndHide(BsonDocument index) {
    BsonDocument visible = index.clone();
    visible.remove(HIDDEN);
    create(visible);
    context
        .database()
        .runCommand(
            new BsonDocument("collMod", new BsonString(collection))
                .append(
                    "index",
                    new BsonDocument("name", index.get("name")).append(HIDDEN, BsonBoolean.TRUE)));
  }

  private void create(BsonDocument index) {
    String what =
        "builds index '%s' of '%s'".formatted(index.getString("name").getValue(), collection);
    try (Heartbeat _ = new Heartbeat(context.progress(), what)) {
      context
          .database()
          .runCommand(
              new BsonDocument("createIndexes", new BsonString(collection))
                  .append("indexes", new BsonArray(List.of(index))));
    }
  }
}
