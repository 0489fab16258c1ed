package dev.godwit.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Specs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each kind of check on data that it holds for and on data that it does not; a failed one says how
/// many and which.
class ChecksMongoIT {

  private static MongoDatabase database;

  @BeforeAll
  static void seed() {
    database = MongoServer.newDatabase();
    fill(
        "customers",
        "{_id: 1, mail: 'a@x'}",
        "{_id: 2, mail: 'b@x'}",
        "{_id: 3, mail: 'B@x', nick: null}",
        "{_id: 4, mail: 'c@x', tags: ['p', 'q', 'p']}",
        "{_id: 5, mail: 'c@x', tags: ['r']}",
        "{_id: 6, mail: 'd@x', tags: ['q']}");
    fill(
        "orders",
        "{_id: 10, customer: 1, items: [{p: 'x'}, {p: 'y'}], by: {user: 2}}",
        "{_id: 11, customer: 9, items: [{p: 'z'}], by: {user: 8}}",
        "{_id: 12, customer: null, items: []}",
        "{_id: 13, items: [{p: 'x'}, {q: 1}, {p: null}]}",
        "{_id: 14, customer: '1'}");
    fill("invoices", "{_id: 20, customer: 1}", "{_id: 21, customer: [2, 3]}", "{_id: 22}");
    fill("products", "{_id: 'x'}", "{_id: 'y'}");
    fill("many");
    List<BsonDocument> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add(
          new BsonDocument("_id", new BsonInt32(i))
              .append("email", new BsonString("x" + i))
              .append("group", new BsonInt32(i % 10)));
    }
    database.getCollection("many", BsonDocument.class).insertMany(many);
    database.runCommand(
        BsonDocument.parse(
            "{createIndexes: 'many', indexes: [{key: {email: 1}, name: 'email_1'}]}"));
  }

  @AfterAll
  static void drop() {
    database.drop();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          collectionExists: {collection: customers}
          collectionAbsent: {collection: strangers}
          sameCount: {left: {collection: customers, filter: '{ _id: { $lt: 3 } }'}, right: {collection: products}}
          references: {collection: invoices, field: customer, to: {collection: customers, field: _id}}
          references: {collection: strangers, field: customer, to: {collection: customers, field: _id}}
          references: {collection: orders, field: no.such, to: {collection: customers, field: _id}}
          unique: {collection: customers, fields: [_id]}
          unique: {collection: customers, fields: [mail, _id]}
          unique: {collection: strangers, fields: [mail]}
          unique: {collection: orders, fields: [by.user, _id]}
          aggregate: {collection: customers, pipeline: '[ { $match: { mail: "nobody" } } ]', expect: Empty}
          aggregate: {collection: customers, pipeline: '[ { $group: { _id: "$mail" } } ]', expect: NotEmpty}
          aggregate: {collection: strangers, pipeline: '[ { $match: { } } ]', expect: Empty}
          usesIndex: {collection: many, filter: '{ email: "x77" }'}
          usesIndex: {collection: many, filter: '{ _id: 7 }'}
          """)
  void holds(String check) {
    assertThat(run(check)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          collectionExists: {collection: strangers}                | 'strangers' does not exist
          collectionAbsent: {collection: customers}                | 'customers' exists
          sameCount: {left: {collection: customers}, right: {collection: products}} | 'customers' has 6 documents that match {}, but 'products' has 2
          references: {collection: orders, field: customer, to: {collection: customers, field: _id}} | 'orders' has 2 values of 'customer' that no '_id' of 'customers' has; for example in _id 11, 14
          references: {collection: orders, field: by.user, to: {collection: customers, field: _id}} | for example in _id 11
          references: {collection: orders, field: items.p, to: {collection: products, field: _id}} | 1 values of 'items.p'
          references: {collection: invoices, field: customer, to: {collection: strangers, field: _id}} | 'invoices' has 3 values
          unique: {collection: customers, fields: [mail]}          | for example _id 4 and 5
          unique: {collection: customers, fields: [nick]}          | for example _id 1 and 6
          unique: {collection: customers, fields: [tags]}          | 2 values of tags
          aggregate: {collection: customers, pipeline: '[ { $group: { _id: "$mail", n: { $sum: 1 } } }, { $match: { n: { $gt: 1 } } } ]', expect: Empty} | yields 1 documents, but none may come; for example _id "c@x"
          aggregate: {collection: customers, pipeline: '[ { $match: { mail: "nobody" } } ]', expect: NotEmpty} | yields nothing
          usesIndex: {collection: many, filter: '{ group: 3 }'}    | reads the whole collection
          usesIndex: {collection: many, filter: '{ email: "x77" }', sort: [group]} | sorts in memory
          usesIndex: {collection: strangers, filter: '{ a: 1 }'}   | 'strangers' does not exist
          """)
  void failsAndSaysWhatIsWrong(String check, String said) {
    assertThat(run(check)).hasValueSatisfying(text -> assertThat(text).contains(said));
  }

  @Test
  void aSampleIsShortHoweverManyThereAre() {
    Optional<String> failed = run("unique: {collection: many, fields: [group]}");
    assertThat(failed).hasValueSatisfying(text -> assertThat(text).contains("10 values of group"));
    assertThat(failed.orElseThrow()).hasSizeLessThan(1_000);
  }

  private static Optional<String> run(String check) {
    var changelog =
        ManifestCompiler.compile(
            Specs.read(
                """
                version: "1"
                steps: [{name: s, createCollection: {collection: c}}]
                verify:
                  checks:
                  - name: it
                    %s
                """
                    .formatted(check)));
    return new CheckRunner(database, Map.of())
        .firstFailed(changelog.checks())
        .map(CheckRunner.Failed::message);
  }

  private static void fill(String collection, String... documents) {
    for (String document : documents) {
      database
          .getCollection(collection, BsonDocument.class)
          .insertOne(BsonDocument.parse(document));
    }
  }
}
