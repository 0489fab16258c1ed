package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.Course;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;
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

  @Test
  void whatAPersonTookBackIsRecordedWhenTheySaySo() {
    MongoDatabase database = failedRollback("");
    Map<String, String> repaired = Snapshots.of(database);
    String none = SPEC + "rollback: {onFailure: None}\n";

    assertThat(Migrations.rollback(database, Migrations.changelog(none)).verdict())
        .as("without a raised retry")
        .isEqualTo(Verdict.RollbackFailed);
    RunResult recorded = Migrations.rollback(database, Migrations.changelog(none + "retry: 1\n"));

    assertThat(recorded.failure()).isNull();
    assertThat(recorded.verdict()).isEqualTo(Verdict.RecordedAsRolledBack);
    assertThat(Snapshots.of(database)).as("nothing was run").isEqualTo(repaired);
    VersionState state = History.read(database).of("001").orElseThrow();
    assertThat(state.state()).isEqualTo(VersionState.State.RolledBack);
    assertThat(state.last().details().getBoolean("byHand").getValue()).isTrue();
    assertThat(Snapshots.ownCollections(database))
        .as("what they may still need stays")
        .anyMatch(name -> name.startsWith("_godwit_undo_"));
    assertThat(state.kept().until()).isNull();
    assertThat(Migrations.rollback(database, Migrations.changelog(none + "retry: 1\n")).verdict())
        .as("a pod that is started again")
        .isEqualTo(Verdict.RecordedAsRolledBack);
    assertThat(Migrations.apply(database, Migrations.changelog(none + "retry: 2\n")).verdict())
        .isEqualTo(Verdict.Applied);
  }

  /// The Job was deleted, so that the history knows of no failure.
  @Test
  void whatAPersonTookBackIsRecordedAlsoAfterARollbackThatWasLost() {
    MongoDatabase database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    users.insertOne(BsonDocument.parse("{_id: 1, code: 1}"));
    Changelog changelog = Migrations.changelog(SPEC);
    Migrations.apply(database, changelog);
    new LockedRun(Migrations.environment(database))
        .run(
            (history, lease) -> {
              history.append(
                  EventType.RollbackStarted,
                  new Attempt("001", 1, changelog.checksum(), 0),
                  null,
                  null,
                  new BsonDocument(Course.ON_FAILURE, new BsonString("StepsThenRestore")));
              return null;
            });
    users.updateOne(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{$set: {code: 7}}"));

    RunResult recorded =
        Migrations.rollback(
            database, Migrations.changelog(SPEC + "rollback: {onFailure: None}\nretry: 1\n"));

    assertThat(recorded.verdict()).isEqualTo(Verdict.RecordedAsRolledBack);
    assertThat(users.find().first()).isEqualTo(BsonDocument.parse("{_id: 1, code: 7}"));
  }

  /// It said None all along, so a raised retry asks for what it asks for everywhere.
  @Test
  void noneFromTheBeginningIsNoWordOfAPerson() {
    String none = "rollback: {onFailure: None}\n";
    MongoDatabase database = failedRollback(none);

    RunResult again =
        Migrations.rollback(database, Migrations.changelog(SPEC + none + "retry: 1\n"));

    assertThat(again.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(database.getCollection("users").countDocuments(BsonDocument.parse("{code: -1}")))
        .isZero();
  }

  /// An undo that failed, because a value had been taken; that is free again.
  private static MongoDatabase failedRollback(String more) {
    MongoDatabase database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    users.insertOne(BsonDocument.parse("{_id: 1, code: 1}"));
    Migrations.apply(database, Migrations.changelog(SPEC + more));
    users.insertOne(BsonDocument.parse("{_id: 'rival', code: 1}"));
    users.createIndex(BsonDocument.parse("{code: 1}"), new IndexOptions().unique(true));
    assertThat(Migrations.rollback(database, Migrations.changelog(SPEC + more)).verdict())
        .isEqualTo(Verdict.RollbackFailed);
    users.dropIndex("code_1");
    users.deleteOne(BsonDocument.parse("{_id: 'rival'}"));
    return database;
  }
}
