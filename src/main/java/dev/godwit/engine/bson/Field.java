package dev.godwit.engine.bson;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// A top-level field of a document. Stored as `{n: name, v: value}`, so that names with dots or
/// dollars are safe.
public record Field(String name, BsonValue value) {

  /// The fields as a BSON array.
  public static BsonArray toBson(List<Field> fields) {
    BsonArray array = new BsonArray();
    for (Field field : fields) {
      array.add(new BsonDocument("n", new BsonString(field.name())).append("v", field.value()));
    }
    return array;
  }

  /// The fields from [#toBson].
  public static List<Field> fromBson(BsonArray array) {
    List<Field> fields = new ArrayList<>(array.size());
    for (BsonValue value : array) {
      fields.add(
          new Field(value.asDocument().getString("n").getValue(), value.asDocument().get("v")));
    }
    return fields;
  }
}
