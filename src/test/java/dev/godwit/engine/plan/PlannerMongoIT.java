package dev.godwit.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.check.FilterAccess;
import dev.godwit.engine.run.PlanRun;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.Specs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlannerMongoIT {

  /// Commands that read. `aggregate` may write: the test looks at its stages.
  private static final Set<String> READS =
      Set.of(
          "find",
          "aggregate",
          "count",
          "getMore",
          "explain",
          "listCollections",
          "listIndexes",
          "collStats",
          "buildInfo",
          "hello",
          "ping",
          "endSessions",
          "killCursors");

  private MongoDatabase database;

  @BeforeEach
  void create() {
    database = MongoServer.newDatabase();
  }

  @Test
  void documentsAndBytesOfEachStepAreCounted() {
    insert("users", 50, i -> "{_id: %d, n: %d, pad: '%s'}".formatted(i, i % 5, "x".repeat(80)));

    MigrationPlan plan =
        plan(
            """
            version: "1"
            steps:
            - name: some
              update: {collection: users, filter: '{ n: 1 }', update: '{ $set: { seen: true } }'}
            - name: all
              update: {collection: users, update: '[ { $set: { m: { $add: ["$n", 1] } } } ]'}
            - name: gone
              delete: {collection: users, filter: '{ n: { $gte: 3 } }'}
            - name: unwanted
              delete: {collection: users, pipeline: '[ { $match: { n: 2 } }, { $limit: 4 } ]'}
            - name: field
              renameField: {collection: users, from: pad, to: padding}
            - name: index
              createIndexes: {collection: users, indexes: [{keys: [n]}]}
            - name: rules
              insert: {collection: rules, documents: ['{ _id: 1 }', '{ _id: 2 }']}
            """);

    assertThat(plan.steps())
        .extracting(StepPlan::documents)
        .containsExactly(10L, 50L, 20L, 4L, 50L, 50L, 2L);
    assertThat(plan.steps().getFirst().bytes()).isBetween(10 * 80L, 10 * 400L);
    assertThat(plan.steps().getFirst().undoBytes()).isGreaterThan(0);
    assertThat(plan.steps()).allSatisfy(step -> assertThat(step.estimate()).isNotNull());
    assertThat(plan.steps()).extracting(StepPlan::reversible).containsOnly(Reversibility.Recorded);
    assertThat(plan.steps().get(0).dependsOn()).isEmpty();
    assertThat(plan.steps().get(1).dependsOn()).containsExactly("1/some");
    assertThat(plan.estimate().to())
        .isGreaterThanOrEqualTo(plan.steps().getFirst().estimate().to());
    assertThat(plan.findings()).isEmpty();
  }

  @Test
  void thePlanHashIsTheOneThatTheJobReports() {
    insert("users", 3, i -> "{_id: %d}".formatted(i));
    Changelog changelog =
        changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, update: '{ $set: { a: 1 } }'}}]}");

    assertThat(plan(changelog).planHash())
        .isEqualTo(new PlanRun(database, changelog).run().plan().planHash());
  }

  @Test
  void duplicatesOfAUniqueIndexAreShownWithTheirValues() {
    insert(
        "users",
        6,
        i ->
            "{_id: %d, email: '%s@example.com', tenant: NumberLong(%d)}"
                .formatted(i, "abcabc".charAt(i), i % 2));

    Finding finding = only(plan(index("users", "{keys: [email], unique: true}")), "Duplicates");

    assertThat(finding.severity()).isEqualTo(Severity.Error);
    assertThat(finding.path()).isEqualTo("spec.steps[0].createIndexes.indexes[0]");
    assertThat(finding.message()).contains("3 values of email");
    assertThat(finding.samples())
        .containsExactlyInAnyOrder(
            "\"a@example.com\": _id 0 and 3",
            "\"b@example.com\": _id 1 and 4",
            "\"c@example.com\": _id 2 and 5");
    assertThat(plan(index("users", "{keys: [email, tenant], unique: true}")).findings()).isEmpty();
  }

  @Test
  void missingFieldsAreEqualToNullForAUniqueIndexUnlessItLeavesThemOut() {
    insert(
        "users",
        3,
        i -> i == 0 ? "{_id: 0}" : i == 1 ? "{_id: 1, email: null}" : "{_id: 2, email: 'a'}");

    assertThat(only(plan(index("users", "{keys: [email], unique: true}")), "Duplicates").samples())
        .containsExactly("null: _id 0 and 1");
    assertThat(plan(index("users", "{keys: [email], unique: true, sparse: true}")).findings())
        .isEmpty();
    assertThat(
            plan(index(
                    "users",
                    "{keys: [email], unique: true, partialFilterExpression: '{ email: { $type: \"string\" } }'}"))
                .findings())
        .isEmpty();
  }

  @Test
  void duplicatesThatAnEarlierStepMayRemoveAreANoteOnly() {
    insert("users", 4, i -> "{_id: %d, email: 'a%d'}".formatted(i, i % 2));

    MigrationPlan plan =
        plan(
            """
            version: "1"
            steps:
            - name: once
              delete: {collection: users, pipeline: '[ { $group: { _id: "$email", all: { $push: "$_id" } } }, { $unwind: "$all" }, { $project: { _id: "$all" } } ]'}
            - name: index
              createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}
            """);

    Finding finding = only(plan, "Duplicates");
    assertThat(finding.severity()).isEqualTo(Severity.Info);
    assertThat(finding.message()).contains("1/once");
  }

  @Test
  void duplicatesThatEarlierStepsDoNotTouchStayAnError() {
    insert("users", 4, i -> "{_id: %d, email: 'a%d'}".formatted(i, i % 2));
    String steps =
        """
        version: "1"
        steps:
        - name: first
          update: {collection: users, update: '%s'}
        - name: index
          createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}
        """;

    for (String other :
        List.of("{ $set: { name: 1 } }", "[ { $set: { name: 1 } }, { $unset: \"emails\" } ]")) {
      assertThat(only(plan(steps.formatted(other)), "Duplicates").severity())
          .as(other)
          .isEqualTo(Severity.Error);
    }
    for (String same :
        List.of("{ $set: { \"email.host\": 1 } }", "[ { $replaceWith: { _id: \"$_id\" } } ]")) {
      assertThat(only(plan(steps.formatted(same)), "Duplicates").severity())
          .as(same)
          .isEqualTo(Severity.Info);
    }
  }

  @Test
  void anIndexWithTheSameKeysAndOtherOptionsIsShownWithBothAndTheWayOut() {
    insert("audit_logs", 2, i -> "{_id: %d, timestamp: new Date(%d)}".formatted(i, i));
    database.getCollection("audit_logs").createIndex(BsonDocument.parse("{timestamp: 1}"));

    Finding finding =
        only(
            plan(index("audit_logs", "{keys: [timestamp], name: expiry, expireAfterSeconds: 60}")),
            "IndexConflict");

    assertThat(finding.severity()).isEqualTo(Severity.Error);
    assertThat(finding.path()).isEqualTo("spec.steps[0].createIndexes.indexes[0]");
    assertThat(finding.message())
        .contains("'timestamp_1' {\"timestamp\": 1}")
        .contains("'expiry' {\"timestamp\": 1} {\"expireAfterSeconds\": 60}")
        .contains("drop 'timestamp_1' in a step before");
    assertThat(
            plan("""
                    version: "1"
                    steps:
                    - name: drop
                      dropIndexes: {collection: audit_logs, indexes: [timestamp_1]}
                    - name: index
                      createIndexes: {collection: audit_logs, indexes: [{keys: [timestamp], expireAfterSeconds: 60}]}
                    """)
                .findings())
        .isEmpty();
  }

  @Test
  void documentsThatBreakANewRuleAreShown() {
    insert("users", 10, i -> "{_id: %d, age: %s}".formatted(i, i < 3 ? "'x'" : i));

    Finding finding =
        only(
            plan(
                "{version: '1', steps: [{name: s, setValidator: {collection: users, validator: '{ age: { $type: \"number\" } }', level: Strict, action: Error}}]}"),
            "ValidatorViolated");

    assertThat(finding.severity()).isEqualTo(Severity.Warning);
    assertThat(finding.message()).startsWith("3 documents");
    assertThat(finding.samples()).containsExactlyInAnyOrder("_id 0", "_id 1", "_id 2");
  }

  @Test
  void aFieldThatIsTakenIsShown() {
    insert(
        "users",
        4,
        i -> i < 2 ? "{_id: %d, a: 1, b: 2}".formatted(i) : "{_id: %d, a: 1}".formatted(i));

    Finding finding =
        only(
            plan(
                "{version: '1', steps: [{name: s, renameField: {collection: users, from: a, to: b}}]}"),
            "FieldExists");

    assertThat(finding.severity()).isEqualTo(Severity.Error);
    assertThat(finding.samples()).containsExactly("_id 0", "_id 1");
  }

  @Test
  void everythingThatIsInTheWayIsFoundNotOnlyTheFirst() {
    insert("users", 3, i -> "{_id: %d, n: %d}".formatted(i, i));
    insert("people", 1, i -> "{_id: 1}");

    MigrationPlan plan =
        plan(
            """
            version: "1"
            preconditions:
            - {name: many, count: {collection: users, min: 100}}
            - {name: fine, collectionExists: {collection: users}}
            - {name: none, noDocuments: {collection: users, filter: '{ n: 1 }'}}
            steps:
            - name: typo
              update: {collection: usres, update: '{ $set: { a: 1 } }'}
            - name: taken
              renameCollection: {collection: users, to: people}
            - name: unknown
              dropIndexes: {collection: people, indexes: [nothing_1]}
            - name: pipeline
              update: {collection: people, update: '[ { $set: { a: { $nonsense: 1 } } } ]'}
            """);

    assertThat(plan.findings())
        .extracting(Finding::reason, Finding::path)
        .contains(
            tuple("PreconditionFailed", "spec.preconditions[0]"),
            tuple("PreconditionFailed", "spec.preconditions[2]"),
            tuple("CollectionMissing", "spec.steps[0].update.collection"),
            tuple("TargetExists", "spec.steps[1].renameCollection.to"),
            tuple("IndexMissing", "spec.steps[2].dropIndexes.indexes[0]"));
    assertThat(plan.findings()).extracting(Finding::reason).contains("ServerRefused");
    assertThat(plan.planHash()).isNull();
  }

  @Test
  void aMigrationIsPlannedAsIfThoseBeforeItHadRun() {
    insert("users", 7, i -> "{_id: %d, n: %d}".formatted(i, i));
    Planner planner = new Planner(database, List.of(), 100_000);

    MigrationPlan first =
        plan(
            planner,
            changelog(
                """
                version: "1"
                steps:
                - name: move
                  renameCollection: {collection: users, to: people}
                - name: fresh
                  createCollection: {collection: cities}
                """));
    MigrationPlan second =
        plan(
            planner,
            changelog(
                """
                version: "2"
                preconditions:
                - {name: cities, collectionExists: {collection: cities}}
                steps:
                - name: some
                  update: {collection: people, filter: '{ n: { $lt: 3 } }', update: '{ $set: { a: 1 } }'}
                - name: cities
                  createIndexes: {collection: cities, indexes: [{keys: [name], unique: true}]}
                - name: gone
                  update: {collection: users, update: '{ $set: { a: 1 } }'}
                """));

    assertThat(first.findings()).isEmpty();
    assertThat(first.planHash()).startsWith("sha256:");
    assertThat(second.steps().get(0).documents()).isEqualTo(3);
    assertThat(second.steps().get(0).dependsOn()).containsExactly("1/move");
    assertThat(second.steps().get(1).documents()).isZero();
    assertThat(second.dependsOn()).containsExactly("1/fresh", "1/move");
    assertThat(second.planHash()).isNull();
    assertThat(second.findings())
        .filteredOn(finding -> finding.severity() == Severity.Error)
        .extracting(Finding::path)
        .containsExactly("spec.steps[2].update.collection");
    assertThat(only(second, "PreconditionFailed").severity()).isEqualTo(Severity.Info);
  }

  @Test
  void aSearchThroughALargeCollectionForFewDocumentsIsAWarning() {
    insert("users", 3_000, i -> "{_id: %d, n: %d, pad: '%s'}".formatted(i, i, "x".repeat(300)));
    String step =
        "{version: '1', steps: [{name: s, update: {collection: users, filter: '{ n: 5 }', update: '{ $set: { a: 1 } }'}}]}";

    assertThat(plan(step).findings()).isEmpty();
    MigrationPlan scanned = plan(new Planner(database, List.of(), 1_000), changelog(step));
    assertThat(scanned.steps().getFirst().access().kind()).isEqualTo(FilterAccess.Kind.Scan);
    assertThat(only(scanned, "CollectionScan").severity()).isEqualTo(Severity.Warning);

    database.getCollection("users").createIndex(BsonDocument.parse("{n: 1}"));
    MigrationPlan found = plan(new Planner(database, List.of(), 1_000), changelog(step));
    assertThat(found.steps().getFirst().access())
        .isEqualTo(new FilterAccess(FilterAccess.Kind.Index, "n_1"));
    assertThat(found.findings()).isEmpty();
  }

  @Test
  void earlierRunsTellHowFastTheNextOneIs() {
    insert("users", 5_000, i -> "{_id: %d}".formatted(i));
    Changelog ran =
        changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, update: '{ $set: { a: 1 } }'}}]}");
    Changelog next =
        changelog(
            "{version: '2', steps: [{name: s, update: {collection: users, update: '{ $set: { b: 1 } }'}}]}");
    event(1, "Started", ran, 0, "{}");
    event(2, "StepStarted", ran, 0, "{}");
    event(3, "StepCompleted", ran, 10_000, "{matched: NumberLong(10000)}");

    Estimate estimate =
        plan(new Planner(database, List.of(ran, next), 100_000), next)
            .steps()
            .getFirst()
            .estimate();

    assertThat(estimate).isEqualTo(new Estimate(3.3, 7.5, Estimate.Basis.History));
    assertThat(plan(next).steps().getFirst().estimate().basis()).isEqualTo(Estimate.Basis.Sample);
  }

  private void event(int sequence, String type, Changelog changelog, long millis, String details) {
    database
        .getCollection("_godwit_history")
        .insertOne(
            Document.parse(
                "{_id: NumberLong(%d), event: '%s', version: '%s', attempt: 1, stepIndex: %s, step: 's', checksum: '%s', retry: 0, details: %s, token: NumberLong(1), at: ISODate('2026-01-01T00:00:%02dZ')}"
                    .formatted(
                        sequence,
                        type,
                        changelog.version(),
                        type.equals("Started") ? null : 0,
                        changelog.checksum(),
                        details,
                        millis / 1000)));
  }

  @Test
  void aCollationThatTheServerDoesNotHaveIsFound() {
    assumeTrue(!MongoServer.isMongoDb(), "a server without collations is needed: FerretDB");
    insert("users", 3, i -> "{_id: %d, n: 'a'}".formatted(i));

    assertThat(
            plan("{version: '1', steps: [{name: s, update: {collection: users, filter: '{ n: \"A\" }', collation: '{ locale: \"en\", strength: 2 }', update: '{ $set: { a: 1 } }'}}]}")
                .findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.reason()).isEqualTo("ServerRefused");
              assertThat(finding.message()).contains("collation");
            });
  }

  @Test
  void viewsAndTimeSeriesAreToldFromCollections() {
    assumeTrue(MongoServer.isMongoDb(), "views and time series are needed: MongoDB itself");
    insert("users", 3, i -> "{_id: %d}".formatted(i));
    database.createView("v", "users", List.of());

    assertThat(
            only(
                    plan(
                        "{version: '1', steps: [{name: s, update: {collection: v, update: '{ $set: { a: 1 } }'}}]}"),
                    "NotACollection")
                .severity())
        .isEqualTo(Severity.Error);
  }

  @Test
  void nothingIsWrittenAndNoCommandCould() {
    insert("users", 200, i -> "{_id: %d, n: %d, email: 'a%d'}".formatted(i, i, i % 9));
    insert("orders", 20, i -> "{_id: %d, user: %d}".formatted(i, i));
    Map<String, Object> before = everything();
    Set<String> writes = new ConcurrentSkipListSet<>();
    Set<String> sent = new ConcurrentSkipListSet<>();
    CommandListener listener =
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent event) {
            sent.add(event.getCommandName());
            String command = event.getCommand().toJson();
            if (!READS.contains(event.getCommandName())
                || command.contains("\"$out\"")
                || command.contains("\"$merge\"")) {
              writes.add(command);
            }
          }
        };
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString(MongoServer.uri()))
            .addCommandListener(listener)
            .build();
    try (MongoClient client = MongoClients.create(settings)) {
      Planner planner = new Planner(client.getDatabase(database.getName()), List.of(), 10);
      for (String version : List.of("1", "2")) {
        plan(
            planner,
            changelog(
                """
                version: "%s"
                preconditions: [{name: u, unique: {collection: users, fields: [email]}}]
                steps:
                - {name: a, createCollection: {collection: fresh}}
                - {name: b, update: {collection: users, filter: '{ n: { $lt: 50 } }', update: '[ { $set: { m: { $add: ["$n", 1] } } } ]'}}
                - {name: c, update: {collection: users, update: '{ $inc: { n: 1 } }'}}
                - {name: d, delete: {collection: users, filter: '{ n: 3 }'}}
                - {name: e, delete: {collection: users, pipeline: '[ { $match: { n: 4 } } ]'}}
                - {name: f, merge: {collection: orders, pipeline: '[ { $project: { seen: { $literal: true } } } ]', into: users, whenNotMatched: Discard}}
                - {name: g, renameField: {collection: users, from: n, to: email}}
                - {name: h, createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}}
                - {name: i, setValidator: {collection: users, validator: '{ n: { $type: "string" } }'}}
                - {name: j, insert: {collection: rules, documents: ['{ _id: 1 }']}}
                - {name: k, renameCollection: {collection: orders, to: purchases}}
                - {name: l, dropCollection: {collection: purchases}}
                - {name: m, runCommand: {command: '{ collMod: "users" }'}}
                verify: {checks: [{name: same, countUnchanged: {collection: users}}]}
                """
                    .formatted(version)));
      }
    }

    assertThat(sent).contains("find", "aggregate", "explain");
    assertThat(writes).isEmpty();
    assertThat(everything()).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).isEmpty();
  }

  /// The databases of the server with their collections, and the content of this one.
  private Map<String, Object> everything() {
    Map<String, Object> all = new TreeMap<>();
    for (String name : MongoServer.client().listDatabaseNames()) {
      all.put(
          name,
          MongoServer.client()
              .getDatabase(name)
              .listCollectionNames()
              .into(new ArrayList<>())
              .stream()
              .sorted()
              .toList());
    }
    all.put("content of " + database.getName(), Snapshots.of(database));
    return all;
  }

  private static String index(String collection, String index) {
    return "{version: '1', steps: [{name: s, createIndexes: {collection: %s, indexes: [%s]}}]}"
        .formatted(collection, index);
  }

  private static Finding only(MigrationPlan plan, String reason) {
    List<Finding> found =
        plan.findings().stream().filter(finding -> finding.reason().equals(reason)).toList();
    assertThat(found).as(plan.findings().toString()).hasSize(1);
    return found.getFirst();
  }

  private static Changelog changelog(String spec) {
    return ManifestCompiler.compile(Specs.read(spec));
  }

  private MigrationPlan plan(String spec) {
    return plan(changelog(spec));
  }

  private MigrationPlan plan(Changelog changelog) {
    return plan(new Planner(database, List.of(), 100_000), changelog);
  }

  private static MigrationPlan plan(Planner planner, Changelog changelog) {
    return planner.plan(changelog, BackupPolicy.Always, Set.of());
  }

  private void insert(String name, int count, IntFunction<String> document) {
    MongoCollection<Document> collection = database.getCollection(name);
    collection.insertMany(
        Stream.iterate(0, i -> i + 1)
            .limit(count)
            .map(i -> Document.parse(document.apply(i)))
            .toList());
  }
}
