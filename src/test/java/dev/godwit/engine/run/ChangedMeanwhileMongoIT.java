package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An application changes documents after they were imaged and before they are written. What the
/// migration makes must come from the newer values, and its way back must lead to them.
class ChangedMeanwhileMongoIT {

  private static final int DOCUMENTS = 40;

  /// Values of `n` that an application writes: another one; its neighbour's old one; the same as
  /// another type; none.
  private static final List<String> NEWER =
      List.of(
          "{ $set: { n: 500 } }",
          "{ $set: { n: %d } }",
          "[ { $set: { n: { $toDouble: '$n' } } } ]",
          "{ $unset: { n: '' } }");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          distinct values, the update itself  | 1  | { $inc: { n: 1000 } }
          distinct values, worked-out results | 1  | [ { $set: { n: { $add: [ { $ifNull: [ "$n", 7 ] }, "$_id", 1 ] } } } ]
          few different values                | 20 | { $inc: { n: 1000 } }
          """)
  void neitherLosesNorOverwritesWhatAnApplicationWrote(String name, int alike, String update)
      throws Exception {
    MongoDatabase database = seeded(alike);
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, update: '%s'}}]}"
                .formatted(update));
    Map<String, String> newer;
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), ChangedMeanwhileMongoIT::updatesUsers, 1, Cut.HOLD);
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      CompletableFuture<RunResult> run =
          CompletableFuture.supplyAsync(() -> Migrations.apply(connection.database(), changelog));
      assertThat(proxy.awaitHeld(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < NEWER.size(); i++) {
        change(users(database), 10 + i, NEWER.get(i).formatted((11 + i) / alike));
      }
      newer = Snapshots.of(database);
      proxy.release();

      RunResult applied = run.get(60, TimeUnit.SECONDS);

      assertThat(applied.failure()).isNull();
      assertThat(applied.outcome().getFirst().changed()).isEqualTo(DOCUMENTS);
      assertThat(applied.outcome().getFirst().conflicts()).isNull();
    }
    assertThat(Snapshots.ownCollections(database)).contains("_godwit_undo_1_1_0_packs");
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(newer);
  }

  private static void change(MongoCollection<BsonDocument> users, int id, String update) {
    BsonDocument query = new BsonDocument("_id", new BsonInt32(id));
    if (update.startsWith("[")) {
      users.updateOne(
          query,
          BsonDocument.parse("{s: " + update + "}").getArray("s").stream()
              .map(stage -> stage.asDocument())
              .toList());
    } else {
      users.updateOne(query, BsonDocument.parse(update));
    }
  }

  /// Whether a message is `{update: "users", …}`.
  private static boolean updatesUsers(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1)
        .contains("\u0002update\u0000\u0006\u0000\u0000\u0000users\u0000");
  }

  /// @param alike how many neighbours have the same value
  private static MongoDatabase seeded(int alike) {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(BsonDocument.parse("{_id: %d, n: %d, z: 1}".formatted(i, i / alike)));
    }
    users(database).insertMany(documents);
    return database;
  }

  private static MongoCollection<BsonDocument> users(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
