package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UndoMongoIT {

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 1; i <= 2_100; i++) {
      documents.add(BsonDocument.parse("{_id: %d, place: %d}".formatted(i, i)));
    }
    users.insertMany(documents);
  }

  @Test
  void takesBackUniqueValuesThatMovedOneAfterTheOther() {
    users.createIndex(BsonDocument.parse("{place: 1}"), new IndexOptions().unique(true));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = update("{ $inc: { place: -1 } }");

    assertThat(Migrations.apply(database, changelog).failure()).isNull();
    assertTakenBack(changelog, before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ $inc: { place: 1 } }",
        "[ { $replaceWith: { _id: \"$_id\", place: { $add: [ \"$place\", 1 ] } } } ]"
      })
  void movesUniqueValuesIntoPlacesThatAreTakenUntilTheirHoldersMove(String update) {
    users.deleteMany(BsonDocument.parse("{_id: {$gt: 20}}"));
    users.createIndex(BsonDocument.parse("{place: 1}"), new IndexOptions().unique(true));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = update(update);

    assertThat(Migrations.apply(database, changelog).failure()).isNull();
    assertThat(users.find().map(user -> user.getNumber("place").intValue()).into(new ArrayList<>()))
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(2, 21).boxed().toList());
    assertTakenBack(changelog, before);
  }

  @Test
  void takesBackDocumentsThatAValidatorWouldRefuse() {
    Changelog changelog = update("{ $set: { seen: true } }");
    database.runCommand(
        BsonDocument.parse("{collMod: 'users', validator: {seen: {$exists: true}}}"));
    Map<String, String> before = Snapshots.of(database);

    assertThat(Migrations.apply(database, changelog).failure()).isNull();
    assertTakenBack(changelog, before);
  }

  @Test
  void setsACollectionAsideThatTheApplicationHasWrittenInto() {
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, insert: {collection: roles, documents: ['{_id: 1}']}}]}");
    Map<String, String> before = Snapshots.of(database);
    Migrations.apply(database, changelog);
    database
        .getCollection("roles", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 'of the application'}"));

    assertTakenBack(changelog, before);
    assertThat(Snapshots.ownCollections(database))
        .anyMatch(
            name ->
                name.startsWith("_godwit_aside_")
                    && database.getCollection(name).countDocuments() == 1);
  }

  @Test
  void neverTakesALostLogOfReplacementsForAnUndo() {
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: s, insert: {collection: users, onConflict: Replace, documents: ['{_id: 1, place: 0}', '{_id: 2, place: 2}']}}]}");
    RunResult applied = Migrations.apply(database, changelog);
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(1);
    database.getCollection("_godwit_undo_1_1_0").drop();

    assertThat(Migrations.rollback(database, changelog).verdict())
        .isEqualTo(Verdict.RollbackFailed);
  }

  private static Changelog update(String operators) {
    return Migrations.changelog(
        "{version: '1', steps: [{name: s, update: {collection: users, update: '%s'}}]}"
            .formatted(operators));
  }

  private void assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
