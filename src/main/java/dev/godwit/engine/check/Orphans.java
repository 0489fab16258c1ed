package dev.godwit.engine.check;

import com.mongodb.client.MongoDatabase;
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

/// Looks for values of a field that no document of another collection has.
final class Orphans {

  private static final String FOUND = "_godwit_found";

  private final MongoDatabase database;
  private final CompiledCheck.Kind.References check;

  Orphans(MongoDatabase database, CompiledCheck.Kind.References check) {
    this.database = database;
    this.check = check;
  }

  /// What was found; empty when every reference leads somewhere.
  Optional<String> found() {
    Yield orphans = Yield.of(database, check.collection(), stages());
    return orphans.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' has %d values of '%s' that no '%s' of '%s' has; for example in _id %s"
                .formatted(
                    check.collection(),
                    orphans.count(),
                    check.field(),
                    check.toField(),
                    check.toCollection(),
                    orphans.sample()));
  }

  private List<BsonDocument> stages() {
    String field = check.field();
    List<BsonDocument> stages = new ArrayList<>();
    stages.add(match(field, new BsonDocument("$exists", BsonBoolean.TRUE)));
    stages.add(new BsonDocument("$project", new BsonDocument(field, new BsonInt32(1))));
    stages.addAll(Unwinding.of(field, false));
    stages.add(match(field, new BsonDocument("$ne", new BsonNull())));
    stages.add(
        new BsonDocument(
            "$lookup",
            new BsonDocument("from", new BsonString(check.toCollection()))
                .append("localField", new BsonString(field))
                .append("foreignField", new BsonString(check.toField()))
                .append("as", new BsonString(FOUND))));
    stages.add(
        new BsonDocument(
            "$match", new BsonDocument(FOUND, new BsonDocument("$eq", new BsonArray()))));
    stages.add(new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1))));
    return stages;
  }

  private static BsonDocument match(String field, BsonDocument condition) {
    return new BsonDocument("$match", new BsonDocument(field, condition));
  }
}
