package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Updates that touch few known fields are worked on by the range. What comes out must be what one
/// updateMany makes of the same documents, to the byte, and the way back must lead to the byte,
/// too.
class FieldUpdateMongoIT {

  private static final List<String> DOCUMENTS =
      List.of(
          "{_id: %d, email: 'User%d@X.org', first: 'A%d', last: 'B', n: %d}",
          "{_id: %d, legacy: %d, email: 'same@x.org', profile: {old: %d, seen: false, z: [%d]}}",
          "{_id: %d, n: {$numberLong: '%d'}, m: %d.5, legacy: {b: 2, a: 1}, x: {$numberLong: '%d'}}",
          "{_id: %d, a: [%d, {b: 1}], b: [[%d]], k: {a: %d}, email: null, legacy: null}",
          "{_id: %d, _godwit: %d, n: %d.25, x: 3, status: 'active', m: {$date: {$numberLong: '%d'}}}",
          "{_id: 's%d', email: 'S%d@X.org', n: %d, full: '%d', first: 'C', last: 'D'}");

  private MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      documents.add(
          BsonDocument.parse(DOCUMENTS.get(i % DOCUMENTS.size()).formatted(i, i % 7, i % 5, i)));
    }
    users(database).insertMany(documents);
    return database;
  }

  private static MongoCollection<BsonDocument> users(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          { $set: { status: "active" } }                                              | {}                               | true
          { $set: { profile: { b: 1, a: { $literal: 1 } } } }                         | {}                               | true
          { $unset: { legacy: "" } }                                                  | {}                               | true
          { $inc: { n: 2 }, $set: { status: [] } }                                    | { n: { $type: "number" } }       | true
          { $inc: { n: 2.5 }, $mul: { x: 3 } }                                        | { m: { $not: { $type: 9 } } }    | true
          { $min: { n: 5 }, $max: { x: 4 } }                                          | { m: { $not: { $type: 9 } } }    | true
          { $push: { log: 1 } }                                                       | {}                               | false
          { $set: { "profile.seen": true } }                                          | {}                               | false
          [ { $set: { email: { $toLower: "$email" } } } ]                             | { email: { $type: "string" } }   | true
          [ { $set: { full: { $concat: [ "$first", " ", "$last" ] } } } ]             | { first: { $exists: true } }     | true
          [ { $set: { "profile.seen": true } }, { $unset: [ "legacy", "profile.old" ] } ] | {}                           | true
          [ { $set: { a: "$b", b: "$a" } } ]                                          | {}                               | true
          [ { $set: { profile: { extra: "$n" } } } ]                                  | {}                               | true
          [ { $set: { status: 1, flag: true, text: "plain", none: null } } ]          | {}                               | true
          [ { $set: { n: { $cond: [ { $gt: [ "$n", 3 ] }, "$$REMOVE", "$n" ] } } } ]  | {}                               | true
          [ { $set: { email: "$nowhere" } } ]                                         | {}                               | false
          [ { $set: { copy: "$$ROOT" } } ]                                            | {}                               | false
          """)
  void makesWhatOneCommandMakesAndTakesItBack(String update, String filter, boolean byFields) {
    MongoDatabase bare = seeded();
    MongoDatabase database = seeded();
    Map<String, String> before = Snapshots.of(database);
    assertThat(Snapshots.of(bare)).isEqualTo(before);
    bare(bare, update, filter);
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, filter: '%s', update: '%s'}}], batches: {size: 50}}"
                .formatted(filter, update));

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(Snapshots.of(bare)).isNotEqualTo(before);
    assertThat(Snapshots.ownCollections(database).contains("_godwit_undo_1_1_0_packs"))
        .as("worked on by the range")
        .isEqualTo(byFields);
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.outcome().getFirst().conflicts()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private static void bare(MongoDatabase database, String update, String filter) {
    BsonDocument where = BsonDocument.parse(filter);
    if (update.startsWith("[")) {
      users(database)
          .updateMany(
              where,
              BsonDocument.parse("{s: " + update + "}").getArray("s").stream()
                  .map(stage -> stage.asDocument())
                  .toList());
    } else {
      users(database).updateMany(where, BsonDocument.parse(update));
    }
  }

  /// Names and values of 150 fields, different in each document, are more than one command holds
  /// for a thousand documents.
  @Test
  void cutsCommandsThatWouldBeTooLarge() {
    int fields = 150;
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    BsonDocument plus = new BsonDocument();
    for (int field = 0; field < fields; field++) {
      plus.append("amount_of_field_" + field, new BsonInt32(1));
    }
    for (int id = 0; id < 1_000; id++) {
      BsonDocument document = new BsonDocument("_id", new BsonInt32(id));
      plus.keySet().forEach(name -> document.append(name, new BsonInt32(document.size() * 1_000)));
      document.put(plus.getFirstKey(), new BsonInt32(id));
      documents.add(document);
    }
    users(database).insertMany(documents);
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, update: '%s'}}]}"
                .formatted(new BsonDocument("$inc", plus).toJson()));

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(1_000);
    assertThat(Snapshots.ownCollections(database)).contains("_godwit_undo_1_1_0_packs");
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
