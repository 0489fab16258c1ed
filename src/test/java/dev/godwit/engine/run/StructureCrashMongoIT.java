package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The steps on collections and indexes, cut at the n-th command and run again: done once, and
/// taken back to the byte.
class StructureCrashMongoIT {

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: away
        dropCollection: {collection: old}
      - name: rename
        renameCollection: {collection: users, to: people, dropTarget: SetAside}
      - name: indexes
        dropIndexes: {collection: people, indexes: [mail, words]}
      - name: new-indexes
        createIndexes: {collection: people, indexes: [{keys: [email], sparse: true, hidden: true}, {keys: [{field: age, type: hashed}]}]}
      - name: rule
        setValidator: {collection: people, validator: '{ email: { $exists: true } }', action: Warn}
      - name: audit
        createCollection: {collection: old}
      """;

  @TestFactory
  Stream<DynamicTest> doneOnceAndTakenBackAfterACutAnywhere() throws IOException {
    return new CutStory(Migrations.changelog(SPEC), StructureCrashMongoIT::seeded, Snapshots::of)
        .tests();
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    for (String name : new String[] {"old", "users", "people"}) {
      for (int i = 0; i < 3; i++) {
        database
            .getCollection(name, BsonDocument.class)
            .insertOne(
                BsonDocument.parse("{_id: '%s%d', email: 'u%d@x.org'}".formatted(name, i, i)));
      }
    }
    database.runCommand(
        BsonDocument.parse(
            """
            {createIndexes: 'users', indexes: [
              {key: {email: 1}, name: 'mail', unique: true, partialFilterExpression: {email: {$exists: true}}},
              {key: {note: 'text'}, name: 'words'}]}"""));
    database.runCommand(
        BsonDocument.parse("{collMod: 'users', validator: {_id: {$exists: true}}}"));
    return database;
  }
}
