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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An application writes to the very documents while a migration deletes or merges them.
class ConcurrentDocumentStepsMongoIT {

  private static final int DOCUMENTS = 1_500;

  private final AtomicIntegerArray visits = new AtomicIntegerArray(DOCUMENTS);
  private final Set<Integer> live = ConcurrentHashMap.newKeySet();
  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(BsonDocument.parse("{_id: %d, state: 'old', visits: 0}".formatted(i)));
    }
    users.insertMany(documents);
  }

  @Test
  void aDocumentThatTheApplicationChangedIsDeletedWithItsNewestImageOrLeft()
      throws InterruptedException {
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: d, delete: {collection: users, filter: '{ state: \"old\" }'}}], batches: {size: 50}}");

    RunResult applied = applied(changelog);

    Long conflicts = applied.outcome().getFirst().conflicts();
    for (int id : live) {
      assertThat(users.find(BsonDocument.parse("{_id: " + id + "}")).first())
          .as("the application took %d out of the filter", id)
          .isNotNull();
    }
    assertThat(users.countDocuments(BsonDocument.parse("{state: 'old'}")))
        .isLessThanOrEqualTo(conflicts == null ? 0 : conflicts);
    System.out.printf(
        "%d documents became live meanwhile, %d deleted, %s conflicts%n",
        live.size(), DOCUMENTS - users.countDocuments(), conflicts);

    assertTakenBackWithAllVisits(changelog);
    assertThat(users.countDocuments(BsonDocument.parse("{state: 'live'}"))).isEqualTo(live.size());
  }

  @Test
  void aMergeLeavesWhatTheApplicationWroteBesideIt() throws InterruptedException {
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: m, merge: {collection: users, pipeline: '[ { $project: { mark: { $literal: 7 } } } ]', into: users, whenNotMatched: Discard}}], batches: {size: 50}}");

    RunResult applied = applied(changelog);

    Long conflicts = applied.outcome().getFirst().conflicts();
    assertThat(conflicts).isNull();
    assertThat(users.countDocuments(BsonDocument.parse("{mark: 7}"))).isEqualTo(DOCUMENTS);
    assertTakenBackWithAllVisits(changelog);
    assertThat(users.countDocuments(BsonDocument.parse("{mark: {$exists: true}}"))).isZero();
  }

  private RunResult applied(Changelog changelog) throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    AtomicBoolean stop = new AtomicBoolean();
    IntConsumer visit =
        id -> {
          if (users
                  .updateOne(
                      BsonDocument.parse("{_id: " + id + "}"),
                      BsonDocument.parse("{$inc: {visits: 1}}"))
                  .getModifiedCount()
              == 1) {
            visits.incrementAndGet(id);
          }
        };
    IntConsumer revive =
        id -> {
          if (users
                  .updateOne(
                      BsonDocument.parse("{_id: %d, state: 'old'}".formatted(id)),
                      BsonDocument.parse("{$set: {state: 'live'}}"))
                  .getModifiedCount()
              == 1) {
            live.add(id);
          }
        };
    List<Thread> application =
        IntStream.range(0, 4)
            .mapToObj(
                worker ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              Random random = new Random(seed + worker);
                              while (!stop.get()) {
                                (random.nextInt(4) == 0 ? revive : visit)
                                    .accept(random.nextInt(DOCUMENTS));
                              }
                            }))
            .toList();
    RunResult applied = Migrations.apply(database, changelog);
    stop.set(true);
    for (Thread one : application) {
      one.join();
    }
    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    return applied;
  }

  private void assertTakenBackWithAllVisits(Changelog changelog) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(users.countDocuments()).isEqualTo(DOCUMENTS);
    for (BsonDocument user : users.find()) {
      assertThat(user.getNumber("visits").intValue())
          .as(user.toJson())
          .isEqualTo(visits.get(user.getInt32("_id").getValue()));
    }
  }
}
