package dev.godwit.engine.check;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;

/// Looks for documents that a unique index on some fields would refuse.
final class Duplicates {

  private static final String VALUES = "values";
  private static final String FIRST = "first";
  private static final String LAST = "last";

  private final MongoDatabase database;
  private final CompiledCheck.Kind.Unique check;

  Duplicates(MongoDatabase database, CompiledCheck.Kind.Unique check) {
    this.database = database;
    this.check = check;
  }

  /// What was found; empty when there is none.
  Optional<String> found() {
    Yield duplicates = Yield.of(database, check.collection(), stages());
    return duplicates.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' has %d values of %s that more than one document has; for example %s"
                .formatted(
                    check.collection(),
                    duplicates.count(),
                    String.join(", ", check.fields()),
                    duplicates.sample(Duplicates::words)));
  }

  private static String words(BsonDocument duplicate) {
    return "_id %s and %s"
        .formatted(Bson.shell(duplicate.get(FIRST)), Bson.shell(duplicate.get(LAST)));
  }

  /// Values of the same document count once, hence the first group.
  private List<BsonDocument> stages() {
    List<BsonDocument> stages = new ArrayList<>();
    BsonDocument fields = new BsonDocument();
    BsonArray values = new BsonArray();
    for (String field : check.fields()) {
      fields.append(field, new BsonInt32(1));
      values.add(
          new BsonDocument(
              "$ifNull", new BsonArray(List.of(new BsonString("$" + field), new BsonNull()))));
    }
    stages.add(new BsonDocument("$project", fields));
    check.fields().forEach(field -> stages.addAll(Unwinding.of(field, true)));
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
