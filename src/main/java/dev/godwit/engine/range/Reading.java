package dev.godwit.engine.range;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;

/// What a walk asks of the server for each document.
///
/// @param stages of an aggregation, before the shape; they must keep `_id`
/// @param shape an expression of a document with `_id`; null for whole documents
public record Reading(List<BsonDocument> stages, BsonDocument shape) {

  /// Whole documents.
  public static final Reading WHOLE = new Reading(List.of(), null);

  /// Documents of `_id` alone.
  public static final Reading IDS =
      new Reading(List.of(), new BsonDocument("_id", new BsonString("$_id")));

  static final String PAGE = "page";

  /// Whether the documents are read as they are.
  public boolean isWhole() {
    return shape == null;
  }

  /// The stages that make a document of each document.
  public List<BsonDocument> each() {
    return isWhole()
        ? List.of()
        : with(new BsonDocument("$replaceRoot", new BsonDocument("newRoot", shape)));
  }

  /// The stages that make one document of all: `{page: [...]}`. Servers give out one document of a
  /// thousand parts with less work than a thousand documents.
  List<BsonDocument> together() {
    return with(
        new BsonDocument(
            "$group",
            new BsonDocument("_id", BsonNull.VALUE)
                .append(PAGE, new BsonDocument("$push", shape))));
  }

  private List<BsonDocument> with(BsonDocument last) {
    List<BsonDocument> all = new ArrayList<>(stages);
    all.add(last);
    return all;
  }
}
