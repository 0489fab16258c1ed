package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Specs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Compares Godwit with one bare `updateMany` and with a loop over documents, on the same server,
/// in turns: `make bench-engine`. Arguments: documents (1,000,000), runs of each (3).
public final class EngineBench {

  private static final int SLICE = 5_000;

  /// A change as an update, and as a step of a manifest.
  ///
  /// @param left what no document may match afterwards
  private record Change(String name, String filter, String update, String left) {
    boolean isPipeline() {
      return update.startsWith("[");
    }

    BsonDocument where() {
      return BsonDocument.parse(filter);
    }
  }

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "A field that is missing gets a constant",
              "{ status: { $exists: false } }",
              "{ $set: { status: \"active\" } }",
              "{ status: { $ne: \"active\" } }"),
          new Change(
              "E-mail addresses, all different, become lower case",
              "{ email: { $type: \"string\" } }",
              "[ { $set: { email: { $toLower: \"$email\" } } } ]",
              "{ email: { $regex: \"[A-Z]\" } }"));

  @FunctionalInterface
  private interface Contender {
    /// @return seconds
    double run(MongoDatabase database, Change change);
  }

  private final String uri;
  private final int documents;
  private final int runs;
  private final List<ComparedTool> tools = new ArrayList<>();

  private EngineBench(String uri, int documents, int runs) {
    this.uri = uri;
    this.documents = documents;
    this.runs = runs;
  }

  /// @param args number of documents, number of runs
  public static void main(String[] args) {
    String given = System.getenv("GODWIT_BENCH_URI");
    new EngineBench(
            given == null ? MongoServer.uri() : given,
            args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 1_000_000,
            args.length > 1 ? Integer.parseInt(args[1]) : 3)
        .run();
  }

  private void run() {
    try (MongoClient client = MongoClients.create(uri)) {
      System.out.println(Machine.describe(client));
      System.out.printf(
          "%,d documents of %d bytes, %d runs of each in turns, medians%n%n",
          documents, Bson.bytes(BenchData.document(documents - 1)).length, runs);
      for (ComparedTool tool : ComparedTool.all()) {
        tool.prepare()
            .ifPresentOrElse(
                reason -> System.out.printf("%s is left out: %s%n", tool.name(), reason),
                () -> tools.add(tool));
      }
      for (Change change : CHANGES) {
        compare(client.getDatabase("bench_engine"), change);
      }
      client.getDatabase("bench_engine").drop();
    }
  }

  private void compare(MongoDatabase database, Change change) {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    contenders.put("bare updateMany", EngineBench::bare);
    contenders.put("godwit, undo: Skip", (one, what) -> godwit(what, "Skip", 1));
    contenders.put("godwit (default)", (one, what) -> godwit(what, "Record", 1));
    contenders.put("godwit, 2 workers", (one, what) -> godwit(what, "Record", 2));
    contenders.put("godwit, 4 workers", (one, what) -> godwit(what, "Record", 4));
    contenders.put("godwit: rollback", this::rollback);
    contenders.put("a loop over documents *", this::loop);
    tools.forEach(
        tool -> contenders.put(tool.name() + " **", (one, what) -> tool(tool, one, what)));
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      contenders.forEach(
          (name, contender) -> {
            database.drop();
            BenchData.seed(database, documents);
            double took = contender.run(database, change);
            System.out.printf("  %-26s %9.2f s%n", name, took);
            seconds.computeIfAbsent(name, _ -> new ArrayList<>()).add(took);
          });
    }
    double bare = median(seconds.get("bare updateMany"));
    double loop = median(seconds.get("a loop over documents *"));
    System.out.printf("%n%s%n%n", change.name());
    System.out.println("| | seconds | times bare | times faster than the loop |");
    System.out.println("| --- | ---: | ---: | ---: |");
    seconds.forEach(
        (name, took) ->
            System.out.printf(
                "| %s | %.1f | %.2f | %.0f |%n",
                name, median(took), median(took) / bare, loop / median(took)));
    System.out.printf(
        "%n\\* %,d documents, extrapolated; \\*\\* the whole process, its start included%n%n",
        Math.min(SLICE, documents));
  }

  private double tool(ComparedTool tool, MongoDatabase database, Change change) {
    String pipeline = change.isPipeline() ? change.update() : "[" + change.update() + "]";
    double took =
        tool.backfill(
                    uri,
                    database.getName(),
                    new ComparedTool.Backfill(BenchData.COLLECTION, change.filter(), pipeline))
                .time()
                .toMillis()
            / 1e3;
    requireChanged(database, change);
    return took;
  }

  private static void requireChanged(MongoDatabase database, Change change) {
    long left =
        database
            .getCollection(BenchData.COLLECTION)
            .countDocuments(BsonDocument.parse(change.left()));
    if (left > 0) {
      throw new IllegalStateException("%d documents are not changed".formatted(left));
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double bare(MongoDatabase database, Change change) {
    MongoCollection<BsonDocument> users =
        database.getCollection(BenchData.COLLECTION, BsonDocument.class);
    long start = System.nanoTime();
    if (change.isPipeline()) {
      users.updateMany(change.where(), stages(change));
    } else {
      users.updateMany(change.where(), BsonDocument.parse(change.update()));
    }
    return seconds(start);
  }

  private static List<BsonDocument> stages(Change change) {
    return BsonDocument.parse("{s: " + change.update() + "}").getArray("s").stream()
        .map(stage -> stage.asDocument())
        .toList();
  }

  private double loop(MongoDatabase database, Change change) {
    MongoCollection<BsonDocument> users =
        database.getCollection(BenchData.COLLECTION, BsonDocument.class);
    int slice = Math.min(SLICE, documents);
    long start = System.nanoTime();
    for (BsonDocument user : users.find(change.where()).limit(slice)) {
      BsonDocument query = new BsonDocument("_id", user.get("_id"));
      if (change.isPipeline()) {
        users.updateOne(
            query,
            new BsonDocument(
                "$set",
                new BsonDocument(
                    "email", new BsonString(user.getString("email").getValue().toLowerCase()))));
      } else {
        users.updateOne(query, BsonDocument.parse(change.update()));
      }
    }
    return seconds(start) * documents / slice;
  }

  private double godwit(Change change, String undo, int workers) {
    return timed(change, undo, workers, false);
  }

  private double rollback(MongoDatabase database, Change change) {
    return timed(change, "Record", 1, true);
  }

  private double timed(Change change, String undo, int workers, boolean rollback) {
    var changelog =
        ManifestCompiler.compile(
            Specs.read(
                """
                version: "1"
                steps:
                - name: change
                  update: {collection: %s, filter: '%s', update: '%s'}
                batches: {parallelism: %d}
                rollback: {undo: %s, onFailure: %s}
                """
                    .formatted(
                        BenchData.COLLECTION,
                        change.filter(),
                        change.update(),
                        workers,
                        undo,
                        undo.equals("Skip") ? "None" : "Steps")));
    try (Connection connection = Connection.open(uri, "bench_engine")) {
      RunEnvironment environment =
          new RunEnvironment(
              connection.database(),
              progress -> {},
              new StopSignal(),
              "bench",
              Duration.ofSeconds(30),
              Duration.ofMinutes(1));
      long start = System.nanoTime();
      RunResult result = new ApplyRun(environment, changelog).run();
      double took = seconds(start);
      check(result, Verdict.Applied);
      requireChanged(connection.database(), change);
      if (result.outcome().getFirst().changed() != documents) {
        throw new IllegalStateException(result.outcome().toString());
      }
      if (!rollback) {
        return took;
      }
      start = System.nanoTime();
      check(new RollbackRun(environment, changelog, Optional.empty()).run(), Verdict.RolledBack);
      took = seconds(start);
      BsonDocument one =
          connection
              .database()
              .getCollection(BenchData.COLLECTION, BsonDocument.class)
              .find(new BsonDocument("_id", new BsonInt32(documents / 2)))
              .first();
      if (!Bson.identical(one, BenchData.document(documents / 2))) {
        throw new IllegalStateException("not as before: " + one);
      }
      return took;
    }
  }

  private static void check(RunResult result, Verdict wanted) {
    if (result.verdict() != wanted) {
      throw new IllegalStateException(result.verdict() + ": " + result.failure());
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
