package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OddIdsMongoIT {

  @ParameterizedTest
  @ValueSource(strings = {"{ $set: { done: true } }", "[ { $set: { done: true } } ]"})
  void tellsIdsApartThatDifferInTheOrderOfTheirKeys(String update) {
    MongoDatabase database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: {a: 1, b: 2}, n: 1}"),
            BsonDocument.parse("{_id: {b: 2, a: 1}, n: 2}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, update: {collection: users, update: '%s'}}]}"
                .formatted(update));

    assertThat(Migrations.apply(database, changelog).failure()).isNull();

    assertThat(users.countDocuments(BsonDocument.parse("{done: true}"))).isEqualTo(2);
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
