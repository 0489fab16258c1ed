package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.history.Attempt;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.bson.BsonDocument;

/// A collection in which a step notes how far it is, beyond what a checkpoint holds:
/// `_godwit_work_<version>_<attempt>_<step>_<what>`. It goes when the step ends; after a crash,
/// when the step that goes on ends, or the rollback.
final class WorkCollection {

  /// A version may look like the beginning of another one's: `0` and `0_1`.
  private static final Pattern OF_STEP = Pattern.compile("[0-9]+_[a-z]+");

  private final StepContext context;
  private final String name;

  /// @param what it holds, e.g. `ids`
  WorkCollection(StepContext context, String what) {
    this.context = context;
    this.name = prefix(context.attempt()) + context.step().index() + "_" + what;
  }

  private static String prefix(Attempt attempt) {
    return CollectionName.OWN_PREFIX + "work_%s_%d_".formatted(attempt.version(), attempt.number());
  }

  String name() {
    return name;
  }

  /// The collection; its commands end before the lease does.
  MongoCollection<BsonDocument> collection() {
    return context.collection(name);
  }

  void drop() {
    collection().drop();
  }

  /// Drops what an attempt left.
  static void dropAll(MongoDatabase database, Attempt attempt) {
    database.listCollectionNames().into(new ArrayList<>()).stream()
        .filter(
            name ->
                name.startsWith(prefix(attempt))
                    && OF_STEP.matcher(name.substring(prefix(attempt).length())).matches())
        .forEach(name -> database.getCollection(name).drop());
  }
}
