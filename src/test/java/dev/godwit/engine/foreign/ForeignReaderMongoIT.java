package dev.godwit.engine.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignReaderMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
  }

  @ParameterizedTest
  @CsvSource({
    "mongock, mongockChangeLog, 4",
    "mongock, dbchangelog, 2",
    "flamingock, flamingockAuditLog, 4",
    "migrate-mongo, changelog, 3",
    "flyway, flyway_schema_history, 4",
    "liquibase, DATABASECHANGELOG, 5"
  })
  void readsTheHistoryFromWhereTheToolKeepsItAndWritesNothing(
      String name, String collection, int applied) {
    insert(name, collection, collection);
    Map<String, String> before = Snapshots.of(database);

    ForeignHistory history = reader(name).history(Optional.empty());

    assertThat(history.applied()).hasSize(applied);
    assertThat(history.applied())
        .isEqualTo(tool(name).read(Fixtures.entries(name, collection)).applied());
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void readsACollectionOfAnotherName() {
    insert("migrate-mongo", "changelog", "migrations");

    assertThat(reader("migrate-mongo").history(Optional.of("migrations")).applied()).hasSize(3);
    assertThatThrownBy(() -> reader("migrate-mongo").history(Optional.empty()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("has no collection 'changelog', where migrate-mongo writes");
  }

  @Test
  void refusesWhileTheToolRuns() {
    assertThatCode(() -> reader("mongock").requireUnlocked(Optional.empty()))
        .doesNotThrowAnyException();
    lock("mongockLock", Instant.now().plusSeconds(60));

    assertThatThrownBy(() -> reader("mongock").requireUnlocked(Optional.empty()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("mongock's lock in 'mongockLock' is held (app-1, until ");

    lock("other", Instant.now().minusSeconds(60));
    assertThatCode(() -> reader("mongock").requireUnlocked(Optional.of("other")))
        .doesNotThrowAnyException();
  }

  private void lock(String collection, Instant until) {
    database
        .getCollection(collection, BsonDocument.class)
        .insertOne(
            new BsonDocument("key", new BsonString("DEFAULT_KEY"))
                .append("status", new BsonString("LOCK_HELD"))
                .append("owner", new BsonString("app-1"))
                .append("expiresAt", new BsonDateTime(until.toEpochMilli())));
  }

  private void insert(String tool, String fixture, String collection) {
    database
        .getCollection(collection, BsonDocument.class)
        .insertMany(Fixtures.documents(tool, fixture));
  }

  private ForeignReader reader(String tool) {
    return new ForeignReader(database, tool(tool));
  }

  private static ForeignTool tool(String name) {
    return ForeignTool.ALL.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }
}
