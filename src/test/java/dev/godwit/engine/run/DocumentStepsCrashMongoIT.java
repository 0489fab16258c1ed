package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The steps that delete, merge, rename fields and insert, cut at the n-th command and run again:
/// exactly once, and taken back to the byte.
class DocumentStepsCrashMongoIT {

  private static final String DELETE =
      """
      version: "001"
      steps:
      - name: drafts
        delete: {collection: orders, filter: '{ state: "draft" }'}
      - name: duplicates
        delete:
          collection: orders
          pipeline: '[ { $sort: { n: 1 } }, { $group: { _id: "$customer", keep: { $min: "$n" }, all: { $push: { id: "$_id", n: "$n" } } } }, { $unwind: "$all" }, { $match: { $expr: { $ne: ["$all.n", "$keep"] } } }, { $project: { _id: "$all.id" } } ]'
      verify:
        checks:
        - {name: one-each, count: {collection: orders, equals: 4}}
        - {name: nothing-else-lost, countUnchanged: {collection: orders}}
      batches: {size: 3}
      """;

  /// Ranges that change the same document of `totals`, one of which was there; a merge onto the
  /// source that is not idempotent; documents inserted without `_id`s into a collection that is
  /// missing.
  private static final String MERGE =
      """
      version: "001"
      steps:
      - name: totals
        merge:
          collection: orders
          pipeline: '[ { $group: { _id: "$customer", n: { $sum: 1 } } }, { $lookup: { from: "totals", localField: "_id", foreignField: "customer", as: "t" } }, { $project: { _id: 0, customer: "$_id", n: { $add: [ "$n", { $ifNull: [ { $first: "$t.n" }, 0 ] } ] } } } ]'
          into: totals
          matchOn: [customer]
      - name: onto-itself
        merge:
          collection: orders
          pipeline: '[ { $match: { state: "paid" } }, { $project: { n: { $add: [ "$n", 100 ] } } } ]'
          into: orders
          whenNotMatched: Fail
      - name: create
        createCollection: {collection: copies}
      - name: index
        createIndexes: {collection: copies, indexes: [{keys: [k], unique: true}]}
      - name: copies
        merge:
          collection: orders
          pipeline: '[ { $project: { _id: 0, k: "$_id", n: 1 } } ]'
          into: copies
          matchOn: [k]
      verify:
        checks:
        - {name: nothing-lost, countUnchanged: {collection: orders}}
      batches: {size: 5}
      """;

  @TestFactory
  Stream<DynamicTest> mergesExactlyOnce() throws IOException {
    return cuts(MERGE);
  }

  private static final String RENAME_AND_INSERT =
      """
      version: "001"
      steps:
      - name: rename
        renameField: {collection: orders, from: customer, to: who.customer}
      - name: insert
        insert:
          collection: totals
          matchOn: [customer]
          onConflict: Replace
          documents: ['{ customer: 1, n: 5 }', '{ customer: 2, n: 6 }', '{ _id: 77, customer: 3 }']
      - name: insert-new
        insert: {collection: fresh, documents: ['{ a: 1 }', '{ _id: 2, a: 2 }']}
      verify:
        checks:
        - {name: nothing-lost, countUnchanged: {collection: orders}}
        - {name: only-two-more, countUnchanged: {collection: totals}}
      batches: {size: 5}
      """;

  @TestFactory
  Stream<DynamicTest> renamesAndInsertsExactlyOnce() throws IOException {
    return cuts(RENAME_AND_INSERT);
  }

  @TestFactory
  Stream<DynamicTest> deletesExactlyOnce() throws IOException {
    return cuts(DELETE);
  }

  private static Stream<DynamicTest> cuts(String spec) throws IOException {
    return new CutStory(
            Migrations.changelog(spec),
            DocumentStepsCrashMongoIT::seeded,
            DocumentStepsCrashMongoIT::content)
        .tests();
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> orders = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      orders.add(
          BsonDocument.parse(
              "{_id: %s, n: %d, customer: %d, state: '%s'}"
                  .formatted(
                      i % 2 == 0 ? i : "'s" + i + "'", i, i % 4, i % 5 == 4 ? "draft" : "paid")));
    }
    database.getCollection("orders", BsonDocument.class).insertMany(orders);
    MongoCollection<BsonDocument> totals = database.getCollection("totals", BsonDocument.class);
    totals.createIndex(BsonDocument.parse("{customer: 1}"), new IndexOptions().unique(true));
    totals.insertOne(BsonDocument.parse("{_id: 1, n: 1000, customer: 1, note: 'kept'}"));
    return database;
  }

  /// All documents, without what the server or the driver generated.
  private static List<String> content(MongoDatabase database) {
    List<String> content = new ArrayList<>();
    for (String name : Snapshots.of(database).keySet()) {
      for (BsonDocument document : database.getCollection(name, BsonDocument.class).find()) {
        if (document.isObjectId("_id")) {
          document.remove("_id");
        }
        content.add(name + " " + document.toJson());
      }
    }
    content.sort(Comparator.naturalOrder());
    return content;
  }
}
