package dev.godwit.engine.check;

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
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      stages.add(unwind(path.substring(0, dot), keep));
    }
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
