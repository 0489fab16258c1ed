package dev.godwit.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.bson.Bson;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// A backfill of a large collection by the runner in a process of its own, killed and started again
/// on the way: `make test-large`. Shows that it ends exactly once, how long it takes, and how much
/// memory the runner needs. Exits with 1 when something is wrong.
public final class LargeBackfill {

  private static final String DATABASE = "bench_large";
  private static final long MEBIBYTE = 1024 * 1024;
  private static final long GOAL = 256 * MEBIBYTE;
  private static final long REPORT_NANOS = 10_000_000_000L;
  private static final int SAMPLE = 1_000;

  private record Row(String what, RunnerProcess.Ended run, String reached) {}

  private final LargeOptions options;
  private final String uri;
  private final Random random;
  private final LargeData data;
  private final Path folder = Workshop.folder("large");
  private final List<Row> rows = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private double reachedShare;

  private LargeBackfill(LargeOptions options, String uri) {
    this.options = options;
    this.uri = uri;
    this.random = new Random(options.seed());
    this.data = new LargeData(options.seed(), options.documents());
  }

  /// @param args [LargeOptions#USAGE]
  public static void main(String[] args) throws IOException {
    LargeOptions options;
    try {
      options = LargeOptions.of(args);
    } catch (IllegalArgumentException misused) {
      System.err.println(misused.getMessage());
      System.exit(2);
      return;
    }
    String given = System.getenv("GODWIT_BENCH_URI");
    boolean good = new LargeBackfill(options, given == null ? MongoServer.uri() : given).run();
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws IOException {
    try (MongoClient client = MongoClients.create(uri)) {
      MongoDatabase database = client.getDatabase(DATABASE);
      System.out.println(Machine.describe(client));
      System.out.printf(
          "%,d documents of %d bytes, %d kills, seed %d, batches of %,d, parallelism %d, memory as in a container of %s%n",
          options.documents(),
          Bson.bytes(data.document(0)).length,
          options.kills(),
          options.seed(),
          options.size(),
          options.parallelism(),
          options.memory());
      database.drop();
      double loading = timed(() -> data.load(database));
      System.out.printf(
          "loaded in %,.0f s (%,.0f documents/s)%n", loading, options.documents() / loading);
      write();

      double applying = timed(this::apply);
      double checking = timed(() -> checkApplied(database));
      System.out.printf("checked in %,.0f s%n", checking);
      double rolling = 0;
      if (options.rollback() && wrong.isEmpty()) {
        rolling = timed(() -> once("rollback"));
        checkRolledBack(database);
      }
      table(applying, rolling);
      database.drop();
    }
    wrong.forEach(what -> System.out.println("WRONG: " + what));
    return wrong.isEmpty();
  }

  private void write() throws IOException {
    Files.writeString(folder.resolve("uri"), uri);
    Files.deleteIfExists(folder.resolve("errors"));
    Workshop.write(
        folder.resolve("manifest.yaml"),
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: large}
        spec:
          version: "1"
          target: {secretRef: {name: mongodb}, database: %s}
          backup: {policy: Never}
          batches: {size: %d, parallelism: %d}
          steps:
          - name: backfill
            update: {collection: %s, update: '{$inc: {n: 1}, $set: {tenant: "t1"}}'}
        """
            .formatted(DATABASE, options.size(), options.parallelism(), LargeData.COLLECTION));
  }

  /// Starts the runner until it ends by itself, and kills it at random places on the way.
  private void apply() {
    List<Double> places = random.doubles(options.kills(), 0.1, 0.9).sorted().boxed().toList();
    for (double place : places) {
      RunnerProcess.Ended ended = follow("apply", place, Duration.ofMillis(random.nextInt(1_000)));
      if (!ended.killed()) {
        wrong.add("the runner ended with %d before it was killed".formatted(ended.exitCode()));
        return;
      }
    }
    once("apply");
  }

  private void once(String what) {
    RunnerProcess.Ended ended = follow(what, Double.MAX_VALUE, Duration.ZERO);
    if (ended.exitCode() != 0) {
      wrong.add(
          "%s ended with %d; see %s".formatted(what, ended.exitCode(), folder.resolve("errors")));
    }
  }

  private RunnerProcess.Ended follow(String what, double place, Duration delay) {
    Workshop.write(folder.resolve("termination-log"), "");
    RunnerProcess runner =
        RunnerProcess.start(
            options.memory(),
            List.of(
                "job",
                what,
                "--manifest",
                folder.resolve("manifest.yaml").toString(),
                "--uri-file",
                folder.resolve("uri").toString(),
                "--termination-log",
                folder.resolve("termination-log").toString()),
            folder.resolve("errors"));
    reachedShare = 0;
    Report report = new Report(what, runner);
    RunnerProcess.Ended ended =
        runner.follow(
            progress -> {
              report.take(progress);
              boolean before = reachedShare >= place;
              reachedShare = share(progress);
              if (!before && reachedShare >= place) {
                runner.killAfter(delay);
              }
            });
    rows.add(
        new Row(
            what,
            ended,
            ended.killed()
                ? "killed at %.0f %%".formatted(100 * reachedShare)
                : "exit " + ended.exitCode()));
    Row row = rows.getLast();
    System.out.printf(
        "%s: %s after %,d s, peak %,d MiB%n",
        what, row.reached(), ended.took().toSeconds(), ended.peakBytes() / MEBIBYTE);
    return ended;
  }

  private double share(RunProgress progress) {
    return progress.documentsDone() == null
        ? reachedShare
        : (double) progress.documentsDone() / options.documents();
  }

  /// Prints progress now and then.
  private static final class Report {
    private final String what;
    private final RunnerProcess runner;
    private long last = System.nanoTime() - REPORT_NANOS;
    private String said = "";

    Report(String what, RunnerProcess runner) {
      this.what = what;
      this.runner = runner;
    }

    void take(RunProgress progress) {
      String message = progress.message() == null ? "" : progress.message();
      long now = System.nanoTime();
      if (now - last < REPORT_NANOS && message.equals(said)) {
        return;
      }
      last = now;
      said = message;
      System.out.printf(
          "  %s: %s %s of %s, %s/s, %s s left, %,d MiB resident %s%n",
          what,
          progress.activity(),
          progress.documentsDone(),
          progress.documentsTotal(),
          progress.rate(),
          progress.etaSeconds(),
          runner.residentBytes() / MEBIBYTE,
          message);
    }
  }

  private void checkApplied(MongoDatabase database) {
    MongoCollection<BsonDocument> orders = orders(database);
    expect("documents", options.documents(), orders.countDocuments());
    expect("documents with n other than 1", 0, count(orders, "{n: {$ne: 1}}"));
    expect("documents without tenant", 0, count(orders, "{tenant: {$ne: 't1'}}"));
    expect("entries of the undo log", options.documents(), undoEntries(database));
    RunResult result = result();
    if (result.verdict() != Verdict.Applied) {
      wrong.add("the result is %s: %s".formatted(result.verdict(), result.failure()));
    } else {
      expect(
          "changed documents in the result",
          options.documents(),
          result.outcome().getFirst().changed());
      expect(
          "matched documents in the result",
          options.documents(),
          result.outcome().getFirst().matched());
    }
    sample(orders, true);
  }

  private void checkRolledBack(MongoDatabase database) {
    MongoCollection<BsonDocument> orders = orders(database);
    expect("documents", options.documents(), orders.countDocuments());
    expect("documents with n", 0, count(orders, "{n: {$exists: true}}"));
    expect("documents with tenant", 0, count(orders, "{tenant: {$exists: true}}"));
    if (result().verdict() != Verdict.RolledBack) {
      wrong.add("the result is %s: %s".formatted(result().verdict(), result().failure()));
    }
    sample(orders, false);
  }

  /// Compares some documents to the byte.
  private void sample(MongoCollection<BsonDocument> orders, boolean applied) {
    for (int i = 0; i < SAMPLE; i++) {
      BsonDocument expected = data.document(random.nextLong(options.documents()));
      if (applied) {
        expected.append("n", new BsonInt32(1)).append("tenant", new BsonString("t1"));
      }
      BsonDocument found = orders.find(new BsonDocument("_id", expected.get("_id"))).first();
      if (found == null || !Bson.identical(expected, found)) {
        wrong.add("expected %s, found %s".formatted(expected, found));
        return;
      }
    }
  }

  private static long undoEntries(MongoDatabase database) {
    long entries = 0;
    for (String name : database.listCollectionNames()) {
      if (name.startsWith("_godwit_undo_") && name.endsWith("_packs")) {
        for (BsonDocument pack :
            database
                .getCollection(name, BsonDocument.class)
                .find()
                .projection(BsonDocument.parse("{n: 1}"))) {
          entries += pack.getNumber("n").longValue();
        }
      } else if (name.startsWith("_godwit_undo_")) {
        entries += database.getCollection(name).countDocuments();
      }
    }
    return entries;
  }

  private RunResult result() {
    try {
      return new ObjectMapper()
          .readValue(Files.readString(folder.resolve("termination-log")), RunResult.class);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static MongoCollection<BsonDocument> orders(MongoDatabase database) {
    return database.getCollection(LargeData.COLLECTION, BsonDocument.class);
  }

  private static long count(MongoCollection<BsonDocument> orders, String filter) {
    return orders.countDocuments(BsonDocument.parse(filter));
  }

  private void expect(String what, long expected, long found) {
    System.out.printf("  %s: %,d%n", what, found);
    if (expected != found) {
      wrong.add("%s: expected %,d, found %,d".formatted(what, expected, found));
    }
  }

  private static double timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private void table(double applying, double rolling) {
    System.out.println();
    System.out.println("| run | ended | seconds | peak RSS, MiB |");
    System.out.println("| --- | --- | ---: | ---: |");
    rows.forEach(
        row ->
            System.out.printf(
                "| %s | %s | %.1f | %d |%n",
                row.what(),
                row.reached(),
                row.run().took().toMillis() / 1e3,
                row.run().peakBytes() / MEBIBYTE));
    System.out.printf(
        "%napplied in %.1f s, waiting for dead runners' leases included: %,.0f documents/s%n",
        applying, options.documents() / applying);
    if (rolling > 0) {
      System.out.printf(
          "rolled back in %.1f s: %,.0f documents/s%n", rolling, options.documents() / rolling);
    }
    long peak = rows.stream().mapToLong(row -> row.run().peakBytes()).max().orElse(0);
    System.out.printf(
        "peak RSS %d MiB, below 256 MiB: %s%n", peak / MEBIBYTE, peak < GOAL ? "met" : "MISSED");
  }
}
