package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeMongoIT {

  /// A join onto the source itself: each delivery gets its order, some have none.
  private static final String JOIN =
      """
      - name: orders
        merge:
          collection: deliveries
          pipeline: '[ { $lookup: { from: "orders", localField: "customer", foreignField: "customer", as: "o" } }, { $match: { o: { $ne: [] } } }, { $project: { order: { $first: "$o._id" } } } ]'
          into: deliveries
          whenNotMatched: Discard
      """;

  /// Each range adds its own part to what the ranges before made.
  private static final String TOTALS =
      """
      - name: totals
        merge:
          collection: deliveries
          pipeline: '[ { $group: { _id: "$tenant", n: { $sum: 1 } } }, { $lookup: { from: "totals", localField: "_id", foreignField: "tenant", as: "t" } }, { $project: { _id: 0, tenant: "$_id", n: { $add: [ "$n", { $ifNull: [ { $first: "$t.n" }, 0 ] } ] } } } ]'
          into: totals
          matchOn: [tenant]
      """;

  /// Each of the eight ranges has one.
  private static final int LAST_UPDATE = 8;

  private MongoDatabase database;
  private MongoCollection<BsonDocument> deliveries;
  private MongoCollection<BsonDocument> totals;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    deliveries = database.getCollection("deliveries", BsonDocument.class);
    totals = database.getCollection("totals", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    List<BsonDocument> orders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %s, order: null, tenant: %d, customer: %d}"
                  .formatted(i % 3 == 0 ? "'d" + i + "'" : i, i % 4, i)));
      if (i % 5 != 0) {
        orders.add(BsonDocument.parse("{_id: 'o%d', customer: %d}".formatted(i, i)));
      }
    }
    deliveries.insertMany(documents);
    database.getCollection("orders", BsonDocument.class).insertMany(orders);
  }

  private static Changelog changelog(String steps) {
    return Migrations.changelog("version: '1'\nsteps:\n" + steps + "batches: {size: 7}\n");
  }

  @Test
  void joinsOntoTheSourceAndCountsWhatThePipelineLeftOut() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = changelog(JOIN);

    StepOutcome outcome = applied(changelog);

    assertThat(outcome.matched()).isEqualTo(50);
    assertThat(outcome.changed()).isEqualTo(40);
    assertThat(outcome.skipped()).isEqualTo(10);
    assertThat(deliveries.countDocuments(BsonDocument.parse("{order: null}"))).isEqualTo(10);
    assertThat(deliveries.find(BsonDocument.parse("{_id: 7}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 7, order: 'o7', tenant: 3, customer: 7}"));
    assertThat(Snapshots.ownCollections(database))
        .noneMatch(name -> name.startsWith("_godwit_work_"));
    assertTakenBack(changelog, before);
  }

  @Test
  void severalRangesChangeTheSameDocumentAndTheFirstImageComesBack() {
    totals.insertMany(
        List.of(
            BsonDocument.parse("{_id: 9, n: 100, tenant: 1, note: 'kept'}"),
            BsonDocument.parse("{_id: 8, z: 1, tenant: 7}")));
    totals.createIndex(BsonDocument.parse("{tenant: 1}"), new IndexOptions().unique(true));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = changelog(TOTALS);

    StepOutcome outcome = applied(changelog);

    assertThat(outcome.changed()).isEqualTo(4);
    assertThat(totals.find(BsonDocument.parse("{tenant: 0}")).first().getInt32("n").getValue())
        .isEqualTo(13);
    assertThat(totals.find(BsonDocument.parse("{tenant: 1}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 9, n: 113, tenant: 1, note: 'kept'}"));
    assertTakenBack(changelog, before);
  }

  @Test
  void insertsIntoACollectionThatIsMissingAndTakesItAwayAgain() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        changelog(
            """
            - name: copies
              merge:
                collection: orders
                pipeline: '[ { $match: { customer: { $lt: 20 } } }, { $set: { copied: true } } ]'
                into: copies
            """);

    StepOutcome outcome = applied(changelog);

    assertThat(outcome.matched()).isEqualTo(16);
    assertThat(outcome.changed()).isEqualTo(16);
    assertThat(database.getCollection("copies").countDocuments()).isEqualTo(16);
    assertTakenBack(changelog, before);
  }

  @Test
  void insertedDocumentsWithoutIdGetOneAndCountUnchangedFollows() {
    totals.createIndex(BsonDocument.parse("{tenant: 1}"), new IndexOptions().unique(true));
    totals.insertOne(BsonDocument.parse("{_id: 1, tenant: 1}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        changelog(
            TOTALS
                + "- {name: gone, delete: {collection: totals, filter: '{ tenant: 2 }'}}\n"
                + "verify: {checks: [{name: same, countUnchanged: {collection: totals}}]}\n");

    RunResult result = Migrations.apply(database, changelog);

    assertThat(result.failure()).isNull();
    assertThat(totals.countDocuments()).isEqualTo(3);
    assertThat(totals.countDocuments(BsonDocument.parse("{_id: {$type: 'objectId'}}")))
        .isEqualTo(2);
    assertTakenBack(changelog, before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Merge        | Insert  | 4 | {_id: 1, a: 1, b: 'new', c: 'new'} | ",
        "Replace      | Insert  | 4 | {_id: 1, b: 'new', c: 'new'}       | ",
        "KeepExisting | Insert  | 4 | {_id: 1, a: 1, b: 1}               | 1",
        "Merge        | Discard | 2 | {_id: 1, a: 1, b: 'new', c: 'new'} | 2",
        "KeepExisting | Discard | 2 | {_id: 1, a: 1, b: 1}               | 3"
      })
  void doesWithWhatIsThereAndWhatIsNotAsTheManifestSays(
      String matched, String notMatched, int count, String document, Long skipped) {
    MongoCollection<BsonDocument> into = database.getCollection("into", BsonDocument.class);
    into.insertMany(
        List.of(BsonDocument.parse("{_id: 1, a: 1, b: 1}"), BsonDocument.parse("{_id: 99, a: 9}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = changelog(someOrders(matched, notMatched));

    StepOutcome outcome = applied(changelog);

    assertThat(into.countDocuments()).isEqualTo(count);
    assertThat(into.find(BsonDocument.parse("{_id: 1}")).first())
        .isEqualTo(BsonDocument.parse(document));
    assertThat(outcome.skipped()).isEqualTo(skipped);
    assertTakenBack(changelog, before);
  }

  private static String someOrders(String matched, String notMatched) {
    return """
        - name: some
          merge:
            collection: orders
            pipeline: '[ { $match: { customer: { $in: [1, 2, 3] } } }, { $project: { _id: "$customer", b: "new", c: "new" } } ]'
            into: into
            whenMatched: %s
            whenNotMatched: %s
        """
        .formatted(matched, notMatched);
  }

  @ParameterizedTest
  @CsvSource({"Fail, Insert, DocumentExists", "Merge, Fail, DocumentMissing"})
  void failsWhereTheManifestSaysSoAndIsTakenBack(String matched, String notMatched, String reason) {
    database
        .getCollection("into", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 1, a: 1}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = changelog(someOrders(matched, notMatched));

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(failed.failure().reason()).isEqualTo(reason);
    assertTakenBack(changelog, before);
  }

  @Test
  void numbersOfAllTypesMatchByValueAndFieldsInDocumentsToo() {
    MongoCollection<BsonDocument> into = database.getCollection("into", BsonDocument.class);
    into.createIndex(BsonDocument.parse("{'k.a': 1, 'k.b': 1}"), new IndexOptions().unique(true));
    into.insertMany(
        List.of(
            BsonDocument.parse("{_id: 1, k: {a: NumberDecimal('1.0'), b: 'x'}}"),
            BsonDocument.parse("{_id: 2, k: {a: NumberLong(2), b: {y: 1}}}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        changelog(
            """
            - name: odd
              merge:
                collection: orders
                pipeline: '[ { $match: { customer: { $in: [1, 2] } } }, { $project: { _id: 0, hit: { $literal: true }, k: { a: { $toDouble: "$customer" }, b: { $cond: [ { $eq: ["$customer", 1] }, "x", { $literal: { y: 1.0 } } ] } } } } ]'
                into: into
                matchOn: [k.a, k.b]
                whenNotMatched: Fail
            """);

    assertThat(applied(changelog).changed()).isEqualTo(2);
    assertTakenBack(changelog, before);
  }

  @Test
  void aSecondWriteThatWasOnlyLoggedIsNoConflictOfTheUndo() throws IOException {
    Map<String, String> before = withTotals();
    Changelog changelog = changelog(TOTALS);
    cutAtUpdate(2, Cut.BEFORE_COMMAND, changelog);

    assertThat(assertTakenBack(changelog, before).outcome().getFirst().conflicts()).isNull();
  }

  @Test
  void whatTheApplicationWroteAfterAWriteWhoseAnswerWasLostIsNotOverwritten() throws IOException {
    withTotals();
    Changelog changelog = changelog(TOTALS);
    cutAtUpdate(LAST_UPDATE, Cut.AFTER_COMMAND, changelog);
    assertThat(totals.find(BsonDocument.parse("{_id: 9}")).first().getNumber("n").intValue())
        .isEqualTo(113);
    totals.updateOne(BsonDocument.parse("{_id: 9}"), BsonDocument.parse("{$set: {n: -5}}"));

    StepOutcome outcome = applied(changelog);

    assertThat(totals.find(BsonDocument.parse("{_id: 9}")).first().getNumber("n").intValue())
        .isEqualTo(-5);
    assertThat(outcome.conflicts()).isEqualTo(1);
    assertThat(outcome.conflictSample()).containsExactly("9");
  }

  private Map<String, String> withTotals() {
    totals.insertOne(BsonDocument.parse("{_id: 9, n: 100, tenant: 1}"));
    totals.createIndex(BsonDocument.parse("{tenant: 1}"), new IndexOptions().unique(true));
    return Snapshots.of(database);
  }

  private void cutAtUpdate(int number, Cut cut, Changelog changelog) throws IOException {
    String update = "update\0\7\0\0\0totals\0";
    try (FaultProxy proxy =
            new FaultProxy(
                MongoServer.uri(),
                message -> new String(message, StandardCharsets.ISO_8859_1).contains(update),
                number,
                cut);
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      assertThatThrownBy(() -> CutRun.apply(connection.database(), changelog))
          .isInstanceOfAny(RunException.class, MongoException.class);
      assertThat(proxy.commands()).isEqualTo(number);
    }
  }

  @ParameterizedTest
  @CsvSource({"KeepNewer, 1000", "Overwrite, 100"})
  void aValueThatTheApplicationChangedSinceIsAConflict(String onConflict, int n) {
    totals.insertOne(BsonDocument.parse("{_id: 9, n: 100, tenant: 1}"));
    totals.createIndex(BsonDocument.parse("{tenant: 1}"), new IndexOptions().unique(true));
    Changelog changelog = changelog(TOTALS + "rollback: {onConflict: " + onConflict + "}\n");
    Migrations.apply(database, changelog);
    totals.updateOne(BsonDocument.parse("{_id: 9}"), BsonDocument.parse("{$set: {n: 1000}}"));
    totals.updateOne(BsonDocument.parse("{tenant: 2}"), BsonDocument.parse("{$set: {x: 1}}"));

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(back.outcome().getFirst().conflicts()).isEqualTo(2);
    assertThat(totals.find(BsonDocument.parse("{_id: 9}")).first().getNumber("n").intValue())
        .isEqualTo(n);
    assertThat(totals.countDocuments()).isEqualTo(onConflict.equals("KeepNewer") ? 2 : 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{collection: nobody, pipeline: '[ { $set: { a: 1 } } ]', into: totals} | spec.steps[0].merge.collection",
        "{collection: orders, pipeline: '[ { $mach: { } } ]', into: totals} | spec.steps[0].merge.pipeline",
        "{collection: orders, pipeline: '[ { $collStats: { } } ]', into: totals} | spec.steps[0].merge.pipeline[0]",
        "{collection: orders, pipeline: '[ { $set: { a: 1 } } ]', into: totals, matchOn: [tenant]} | spec.steps[0].merge.matchOn"
      })
  void refusesWhatCannotRunWithThePath(String merge, String path) {
    Map<String, String> before = Snapshots.of(database);
    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database,
                    Migrations.changelog(
                        "{version: '1', steps: [{name: m, merge: %s}]}".formatted(merge))))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage()).startsWith(path + ":");
            });
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ $project: { _id: 0, tenant: null } }                | OnFieldMissing",
        "{ $project: { _id: { $literal: 77 }, tenant: \"$customer\" } } | IdChanged"
      })
  void saysWhatIsWrongWithWhatThePipelineYields(String stage, String reason) {
    totals.createIndex(BsonDocument.parse("{tenant: 1}"), new IndexOptions().unique(true));
    totals.insertOne(BsonDocument.parse("{_id: 1, tenant: 1}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        changelog(
            """
            - name: odd
              merge:
                collection: orders
                pipeline: '[ { $match: { customer: 1 } }, %s ]'
                into: totals
                matchOn: [tenant]
            """
                .formatted(stage));

    assertThat(Migrations.apply(database, changelog).failure().reason()).isEqualTo(reason);
    assertTakenBack(changelog, before);
  }

  @Test
  void tellsIdsApartThatDifferInTheOrderOfTheirKeys() {
    MongoCollection<BsonDocument> into = database.getCollection("into", BsonDocument.class);
    database.getCollection("orders").drop();
    database
        .getCollection("orders", BsonDocument.class)
        .insertMany(
            List.of(
                BsonDocument.parse("{_id: {a: 1, b: 2}, n: 1}"),
                BsonDocument.parse("{_id: {b: 2, a: 1}, n: 2}"),
                BsonDocument.parse("{_id: NaN, n: 3}"),
                BsonDocument.parse("{_id: null, n: 4}"),
                BsonDocument.parse("{_id: NumberDecimal('7.0'), n: 5}")));
    into.insertMany(
        List.of(
            BsonDocument.parse("{_id: {b: 2, a: 1}, m: 2}"),
            BsonDocument.parse("{_id: 7, m: 5}"),
            BsonDocument.parse("{_id: NaN, m: 3}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        changelog(
            """
            - name: all
              merge: {collection: orders, pipeline: '[ { $match: { _id: { $ne: null } } } ]', into: into}
            """);

    assertThat(applied(changelog).changed()).isEqualTo(4);

    assertThat(into.countDocuments()).isEqualTo(4);
    assertThat(into.countDocuments(BsonDocument.parse("{m: 2, n: 2}"))).isEqualTo(1);
    assertThat(into.countDocuments(BsonDocument.parse("{m: 3, n: 3}"))).isEqualTo(1);
    assertThat(into.find(BsonDocument.parse("{m: 5}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 7, m: 5, n: 5}"));
    assertTakenBack(changelog, before);
  }

  private StepOutcome applied(Changelog changelog) {
    RunResult applied = Migrations.apply(database, changelog);
    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    return applied.outcome().getFirst();
  }

  private RunResult assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).hasSize(2);
    return back;
  }
}
