package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.Verdict;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/// A rollback that failed half-way, was repaired by a person, and is tried again.
class RollbackAgainMongoIT {

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: codes
        update: {collection: users, update: '{ $mul: { code: -1 } }'}
      """;

  @Test
  void goesOnWithAnUndoThatHasPutBackAPart() {
    MongoDatabase database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 1; i <= 2_500; i++) {
      documents.add(BsonDocument.parse("{_id: %d, code: %d}".formatted(i, i)));
    }
    users.insertMany(documents);
    Map<String, String> before = Snapshots.of(database);
    Migrations.apply(database, Migrations.changelog(SPEC));
    users.insertOne(BsonDocument.parse("{_id: 'rival', code: 1250}"));
    users.createIndex(BsonDocument.parse("{code: 1}"), new IndexOptions().unique(true));

    assertThat(Migrations.rollback(database, Migrations.changelog(SPEC)).verdict())
        .isEqualTo(Verdict.RollbackFailed);
    users.dropIndex("code_1");
    users.deleteOne(BsonDocument.parse("{_id: 'rival'}"));
    var back = Migrations.rollback(database, Migrations.changelog(SPEC + "retry: 1\n"));

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
