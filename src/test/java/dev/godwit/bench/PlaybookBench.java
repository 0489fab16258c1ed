package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.samples.SampleRuns;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.seed.DeliverySeed;
import dev.godwit.testing.seed.LedgerSeed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.types.ObjectId;

/// Measures what two playbooks claim: the ledger's backfill against a script that goes by
/// documents, and the delivery service's queries before and after their indexes. `make
/// bench-playbooks`. Arguments: documents of the ledger (10,000), orders (300,000), runs (3).
public final class PlaybookBench {

  private static final long SEED = 42;
  private static final int ORGANIZATIONS = 1_000;
  private static final int USERS = 100;
  private static final String BACKFILL = "ledger/002-organization-of-documents.yaml";
  private static final String INDEXES = "delivery/003-indexes.yaml";

  @FunctionalInterface
  private interface Contender {
    void run(MongoDatabase database) throws IOException, InterruptedException;
  }

  /// A query, as the application asks it.
  private record Query(String name, BsonDocument filter) {

    int results(MongoDatabase database) {
      return database
          .getCollection("orders", BsonDocument.class)
          .find(filter)
          .into(new ArrayList<>())
          .size();
    }

    String plan(MongoDatabase database) {
      return new CheckRunner(database, Map.of())
          .firstFailed(
              List.of(
                  new CompiledCheck(
                      name,
                      name,
                      new CompiledCheck.Kind.UsesIndex("orders", filter, new BsonDocument()))))
          .map(_ -> "whole collection")
          .orElse("index");
    }
  }

  private final MongoClient client;
  private final int documents;
  private final int orders;
  private final int runs;

  private PlaybookBench(MongoClient client, int documents, int orders, int runs) {
    this.client = client;
    this.documents = documents;
    this.orders = orders;
    this.runs = runs;
  }

  /// @param args documents of the ledger, orders, runs
  public static void main(String[] args) throws IOException, InterruptedException {
    String given = System.getenv("GODWIT_BENCH_URI");
    try (MongoClient client = MongoClients.create(given == null ? MongoServer.uri() : given)) {
      PlaybookBench bench =
          new PlaybookBench(
              client, number(args, 0, 10_000), number(args, 1, 300_000), number(args, 2, 3));
      System.out.printf("%s, seed %d%n%n", Machine.describe(client), SEED);
      bench.backfill();
      bench.indexes();
    }
  }

  private static int number(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index].replace("_", "")) : otherwise;
  }

  private void backfill() throws IOException, InterruptedException {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    contenders.put("script, by documents", LedgerScript::run);
    contenders.put("Godwit, with checks and undo log", database -> apply(database, BACKFILL));
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      for (Map.Entry<String, Contender> contender : contenders.entrySet()) {
        MongoDatabase database = client.getDatabase("bench_ledger");
        database.drop();
        LedgerSeed.fill(database, SEED, ORGANIZATIONS, documents);
        long start = System.nanoTime();
        contender.getValue().run(database);
        seconds
            .computeIfAbsent(contender.getKey(), _ -> new ArrayList<>())
            .add((System.nanoTime() - start) / 1e9);
        requireDone(database);
        database.drop();
      }
    }
    double script = median(seconds.get("script, by documents"));
    System.out.printf(
        "Ledger: %,d documents in %d collections, %,d organizations; batches of 1,000, a pause of 100 ms; %d runs in turns, medians%n%n",
        documents, LedgerSeed.COLLECTIONS.size(), ORGANIZATIONS, runs);
    System.out.println("| | seconds | documents a second | times the script |");
    System.out.println("| --- | ---: | ---: | ---: |");
    seconds.forEach(
        (name, took) ->
            System.out.printf(
                "| %s | %.1f | %,.0f | %.1f |%n",
                name, median(took), documents / median(took), script / median(took)));
    System.out.println();
  }

  private static void requireDone(MongoDatabase database) {
    for (String collection : LedgerSeed.COLLECTIONS) {
      long without =
          database
              .getCollection(collection)
              .countDocuments(BsonDocument.parse("{organizationId: {$not: {$type: 'objectId'}}}"));
      if (without > 0) {
        throw new IllegalStateException(
            "%d documents of '%s' have no organization".formatted(without, collection));
      }
    }
  }

  private void indexes() throws IOException {
    MongoDatabase database = client.getDatabase("bench_delivery");
    database.drop();
    DeliverySeed.fill(database, SEED, 50);
    ObjectId user = DeliverySeed.orders(database, SEED, orders, USERS).getFirst();
    List<Query> queries =
        List.of(
            new Query(
                "delivered orders of a user",
                new BsonDocument("user_id", new BsonObjectId(user))
                    .append("status", new BsonString("delivered"))),
            new Query(
                "orders of two days",
                new BsonDocument(
                    "delivery_date",
                    new BsonDocument("$gte", day("2025-10-01"))
                        .append("$lte", day("2025-10-02")))));
    List<Measured> before = queries.stream().map(query -> measure(database, query)).toList();
    long start = System.nanoTime();
    apply(database, INDEXES);
    double took = (System.nanoTime() - start) / 1e9;
    List<Measured> after = queries.stream().map(query -> measure(database, query)).toList();
    database.drop();

    System.out.printf(
        "Delivery: %,d orders; fourteen indexes, checks included, in %.1f s; medians of %d queries%n%n",
        orders, took, Measured.TIMES);
    System.out.println("| query | results | before | ms | after | ms |");
    System.out.println("| --- | ---: | --- | ---: | --- | ---: |");
    for (int i = 0; i < queries.size(); i++) {
      System.out.printf(
          "| %s | %,d | %s | %.0f | %s | %.0f |%n",
          queries.get(i).name(),
          after.get(i).results(),
          before.get(i).plan(),
          before.get(i).milliseconds(),
          after.get(i).plan(),
          after.get(i).milliseconds());
    }
  }

  private static BsonDateTime day(String date) {
    return new BsonDateTime(Date.from(Instant.parse(date + "T00:00:00Z")).getTime());
  }

  /// How a query was answered.
  private record Measured(int results, double milliseconds, String plan) {
    static final int TIMES = 9;
  }

  private static Measured measure(MongoDatabase database, Query query) {
    int results = query.results(database);
    List<Double> times = new ArrayList<>();
    for (int time = 0; time < Measured.TIMES; time++) {
      long start = System.nanoTime();
      query.results(database);
      times.add((System.nanoTime() - start) / 1e6);
    }
    return new Measured(results, median(times), query.plan(database));
  }

  private static void apply(MongoDatabase database, String sample) throws IOException {
    RunResult result = new SampleRuns(database).apply(sample, 0);
    if (result.verdict() != Verdict.Applied) {
      throw new IllegalStateException(
          "%s ended with %s: %s".formatted(sample, result.verdict(), result.failure()));
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
