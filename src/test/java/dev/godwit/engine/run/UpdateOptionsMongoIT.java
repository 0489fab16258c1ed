package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateOptionsMongoIT {

  private final MongoDatabase database = MongoServer.newDatabase();
  private final MongoCollection<BsonDocument> users =
      database.getCollection("users", BsonDocument.class);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ $set: { done: true } }",
        "{ $push: { log: 1 } }",
        "[ { $set: { done: { $eq: [ \"$name\", \"ANN\" ] } } } ]"
      })
  void asksTheFilterWithTheCollation(String update) {
    assumeTrue(MongoServer.isMongoDb(), "the server has no collations");
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: 'a', name: 'Ann'}"),
            BsonDocument.parse("{_id: 'A', name: 'ANN'}"),
            BsonDocument.parse("{_id: 'b', name: 'Bob'}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            """
            version: "1"
            steps:
            - name: s
              update: {collection: users, filter: '{ name: "ann" }', update: '%s', collation: '{ locale: "en", strength: 2 }'}
            """
                .formatted(update));

    var applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(2);
    assertThat(users.find(BsonDocument.parse("{_id: 'b'}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 'b', name: 'Bob'}"));
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"by_city", "{ city: 1 }"})
  void findsRangesByTheHintedIndex(String hint) {
    seed();
    users.createIndex(BsonDocument.parse("{city: 1}"), new IndexOptions().name("by_city"));

    var applied = Migrations.apply(database, hinted(hint));

    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(10);
  }

  @Test
  void aHintThatIsNoIndexFailsTheStep() {
    assumeTrue(MongoServer.isMongoDb(), "the server does not heed hints");
    seed();

    assertThat(Migrations.apply(database, hinted("by_nothing")).verdict())
        .isEqualTo(Verdict.StepFailed);
  }

  private void seed() {
    for (int i = 0; i < 20; i++) {
      users.insertOne(BsonDocument.parse("{_id: %d, city: '%d'}".formatted(i, i % 2)));
    }
  }

  private static Changelog hinted(String hint) {
    return Migrations.changelog(
        """
        version: "1"
        steps:
        - name: s
          update: {collection: users, filter: '{ city: "1" }', update: '{ $set: { done: true } }', hint: '%s'}
        batches: {size: 3}
        """
            .formatted(hint));
  }
}
