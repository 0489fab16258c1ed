package dev.godwit.engine.check;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Looks for documents that a unique index on some fields would refuse.
public final class Duplicates {

  /// Values that more than one document has.
  ///
  /// @param count how many values
  /// @param samples a few: the value and two `_id`s, in mongosh's syntax
  public record Found(long count, List<String> samples) {}

  private static final String VALUES = "values";
  private static final String FIRST = "first";
  private static final String LAST = "last";

  private final MongoDatabase database;
  private final String collection;
  private final List<String> fields;
  private final BsonDocument filter;

  Duplicates(MongoDatabase database, CompiledCheck.Kind.Unique check) {
    this(database, check.collection(), check.fields(), new BsonDocument());
  }

  /// @param filter the documents that count; empty for all
  private Duplicates(
      MongoDatabase database, String collection, List<String> fields, BsonDocument filter) {
    this.database = database;
    this.collection = collection;
    this.fields = fields;
    this.filter = filter;
  }

  /// Those that a unique index would refuse.
  ///
  /// @param sparse whether documents without any of the fields are left out
  /// @param partial the documents that it indexes; empty for all
  public static Found of(
      MongoDatabase database,
      String collection,
      List<String> fields,
      boolean sparse,
      BsonDocument partial) {
    BsonDocument filter = partial;
    if (sparse) {
      BsonArray any = new BsonArray();
      fields.forEach(
          field -> any.add(new BsonDocument(field, new BsonDocument("$exists", BsonBoolean.TRUE))));
      BsonDocument there = new BsonDocument("$or", any);
      filter =
          partial.isEmpty()
              ? there
              : new BsonDocument("$and", new BsonArray(List.of(partial, there)));
    }
    Yield found =
        Yield.of(
            database, collection, new Duplicates(database, collection, fields, filter).stages());
    return found.isEmpty()
        ? new Found(0, List.of())
        : new Found(
            found.count(),
            found.first().stream()
                .map(it -> Yield.shortened(values(it) + ": " + words(it)))
                .toList());
  }

  /// What was found; empty when there is none.
  Optional<String> found() {
    Yield duplicates = Yield.of(database, collection, stages());
    return duplicates.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' has %d values of %s that more than one document has; for example %s"
                .formatted(
                    collection,
                    duplicates.count(),
                    String.join(", ", fields),
                    duplicates.sample(Duplicates::words)));
  }

  private static String words(BsonDocument duplicate) {
    return "_id %s and %s"
        .formatted(Bson.shell(duplicate.get(FIRST)), Bson.shell(duplicate.get(LAST)));
  }

  private static String values(BsonDocument duplicate) {
    BsonValue values = duplicate.get("_id");
    return values.isArray() && values.asArray().size() == 1
        ? Bson.shell(values.asArray().get(0))
        : Bson.shell(values);
  }

  /// Values of the same document count once, hence the first group.
  private List<BsonDocument> stages() {
    List<BsonDocument> stages = new ArrayList<>();
    BsonDocument projection = new BsonDocument();
    BsonArray values = new BsonArray();
    for (String field : fields) {
      projection.append(field, new BsonInt32(1));
      values.add(
          new BsonDocument(
              "$ifNull", new BsonArray(List.of(new BsonString("$" + field), new BsonNull()))));
    }
    if (!filter.isEmpty()) {
      stages.add(new BsonDocument("$match", filter));
    }
    stages.add(new BsonDocument("$project", projection));
    fields.forEach(field -> stages.addAll(Unwinding.of(field, true)));
    stages.add(
        group(
            new BsonDocument(
                "_id",
                new BsonDocument(VALUES, values).append("document", new BsonString("$_id")))));
    stages.add(
        group(
            new BsonDocument("_id", new BsonString("$_id." + VALUES))
                .append("n", new BsonDocument("$sum", new BsonInt32(1)))
                .append(FIRST, new BsonDocument("$min", new BsonString("$_id.document")))
                .append(LAST, new BsonDocument("$max", new BsonString("$_id.document")))));
    stages.add(
        new BsonDocument(
            "$match", new BsonDocument("n", new BsonDocument("$gt", new BsonInt32(1)))));
    return stages;
  }

  private static BsonDocument group(BsonDocument fields) {
    return new BsonDocument("$group", fields);
  }
}
