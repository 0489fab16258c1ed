package dev.godwit.engine.check;

import dev.godwit.engine.bson.DottedPath;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Stages that make one document of each element of the arrays along a path, as an index with one
/// entry an element sees them.
final class Unwinding {

  private Unwinding() {}

  /// @param keep whether a document without the field, or with an empty array, stays
  static List<BsonDocument> of(String path, boolean keep) {
    List<BsonDocument> stages = new ArrayList<>();
    DottedPath.parents(path).forEach(parent -> stages.add(unwind(parent, keep)));
    stages.add(unwind(path, keep));
    return stages;
  }

  private static BsonDocument unwind(String path, boolean keep) {
    return new BsonDocument(
        "$unwind",
        new BsonDocument("path", new BsonString("$" + path))
            .append("preserveNullAndEmptyArrays", BsonBoolean.valueOf(keep)));
  }
}
