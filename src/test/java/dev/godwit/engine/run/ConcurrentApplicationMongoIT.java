package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/// An application writes to the very documents while a migration changes them.
class ConcurrentApplicationMongoIT {

  private static final int DOCUMENTS = 1_500;

  @Test
  void losesNoWriteOfTheApplicationAndReportsWhatItCouldNotDecide() throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    MongoDatabase database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(BsonDocument.parse("{_id: %d, visits: 0, other: 0}".formatted(i)));
    }
    users.insertMany(documents);
    AtomicIntegerArray visits = new AtomicIntegerArray(2 * DOCUMENTS);
    AtomicIntegerArray others = new AtomicIntegerArray(2 * DOCUMENTS);
    AtomicBoolean stop = new AtomicBoolean();
    Thread application =
        Thread.ofVirtual()
            .start(
                () -> {
                  Random random = new Random(seed);
                  int late = DOCUMENTS;
                  while (!stop.get()) {
                    int id = random.nextInt(DOCUMENTS);
                    boolean visit = random.nextBoolean();
                    users.updateOne(
                        BsonDocument.parse("{_id: " + id + "}"),
                        BsonDocument.parse("{$inc: {" + (visit ? "visits" : "other") + ": 1}}"));
                    (visit ? visits : others).incrementAndGet(id);
                    if (late < 2 * DOCUMENTS && random.nextInt(20) == 0) {
                      users.insertOne(
                          BsonDocument.parse("{_id: %d, visits: 0, other: 0}".formatted(late++)));
                    }
                  }
                });
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: v, update: {collection: users, update: '{ $inc: { visits: 100000 } }'}}], batches: {size: 50}}");

    RunResult applied = Migrations.apply(database, changelog);

    stop.set(true);
    application.join();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    Long reported = applied.outcome().getFirst().conflicts();
    int deviating = 0;
    int fromApplication = 0;
    for (BsonDocument user : users.find(BsonDocument.parse("{_id: {$lt: " + DOCUMENTS + "}}"))) {
      int id = user.getInt32("_id").getValue();
      if (user.getInt32("visits").getValue() != 100_000 + visits.get(id)) {
        deviating++;
      }
      assertThat(user.getInt32("other").getValue()).isEqualTo(others.get(id));
      fromApplication += visits.get(id) + others.get(id);
    }
    System.out.printf(
        "%d writes of the application meanwhile, %s conflicts%n", fromApplication, reported);
    assertThat(deviating)
        .as("documents that were not updated exactly once, and are not reported")
        .isLessThanOrEqualTo(reported == null ? 0 : reported.intValue());

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    for (BsonDocument user : users.find(BsonDocument.parse("{_id: {$lt: " + DOCUMENTS + "}}"))) {
      assertThat(user.getInt32("other").getValue())
          .isEqualTo(others.get(user.getInt32("_id").getValue()));
    }
  }
}
