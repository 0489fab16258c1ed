package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Cuts a run at the n-th command, before the server has it and after the server has done it, and
/// runs again as a new process would.
class CrashMongoIT {

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 }, $push: { log: "m" } }'}
      - name: names
        update: {collection: users, filter: '{ name: /^A/ }', update: '[ { $set: { name: { $concat: [ "$name", "!" ] } } } ]'}
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [name]}]}
      - name: roles
        insert: {collection: roles, documents: ['{ name: "admin" }', '{ _id: 1, name: "staff" }']}
      verify:
        checks:
        - {name: nothing-lost, countUnchanged: {collection: users}}
        - {name: roles, count: {collection: roles, equals: 2}}
      batches: {size: 4}
      """;

  @TestFactory
  Stream<DynamicTest> incrementsExactlyOnceAndIsTakenBackAfterACutAnywhere() throws IOException {
    return new CutStory(Migrations.changelog(SPEC), CrashMongoIT::seeded, CrashMongoIT::content)
        .tests();
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %s, visits: %d, name: '%s%d'}"
                  .formatted(i % 2 == 0 ? i : "'s" + i + "'", i, i % 3 == 0 ? "B" : "A", i)));
    }
    collection(database).insertMany(documents);
    return database;
  }

  /// The users; how many roles, one of which has an `_id` of the driver's.
  private static List<Object> content(MongoDatabase database) {
    return List.of(
        collection(database).find().sort(BsonDocument.parse("{_id: 1}")).into(new ArrayList<>()),
        database.getCollection("roles").countDocuments());
  }

  private static MongoCollection<BsonDocument> collection(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
