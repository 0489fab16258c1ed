package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.engine.lock.Lease;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class SessionMongoIT {

  private final MongoDatabase database = MongoServer.newDatabase();
  private final DatabaseLock lock = new DatabaseLock(database, Duration.ofSeconds(10));

  @Test
  void keepsTheLockBetweenRunsAndGivesItBackInTheEnd() {
    try (Session session = new Session()) {
      RunEnvironment environment = Migrations.environment(database).within(session);

      assertThat(apply(environment, "1").verdict()).isEqualTo(Verdict.Applied);
      assertThatThrownBy(this::takeTheLock)
          .isInstanceOfSatisfying(
              RunException.class, held -> assertThat(held.verdict()).isEqualTo(Verdict.LockHeld));
      assertThat(apply(environment, "2").verdict()).isEqualTo(Verdict.Applied);
      assertThat(session.history().orElseThrow().versions()).containsOnlyKeys("1", "2");
      assertThat(environment.history()).isEqualTo(session.history().orElseThrow());
    }

    takeTheLock().close();
    assertThat(History.read(database).versions()).containsOnlyKeys("1", "2");
    assertThat(tokens()).containsOnly(1L);
  }

  @Test
  void takesTheLockAnewWhenItWasLostInBetween() {
    try (Session session = new Session()) {
      RunEnvironment environment = Migrations.environment(database).within(session);
      apply(environment, "1");
      database
          .getCollection(DatabaseLock.COLLECTION)
          .updateOne(
              BsonDocument.parse("{_id: 'lock'}"),
              BsonDocument.parse("{$set: {renewedAt: {$date: 0}}}"));
      try (Lease other = takeTheLock()) {
        History.open(database, other);
      }

      assertThat(apply(environment, "2").verdict()).isEqualTo(Verdict.Applied);
    }

    assertThat(tokens()).isEqualTo(List.of(1L, 1L, 1L, 1L, 3L, 3L, 3L, 3L));
  }

  @Test
  void givesTheLockBackAfterARunThatIsRefused() {
    try (Session session = new Session()) {
      RunEnvironment environment = Migrations.environment(database).within(session);
      apply(environment, "2");

      assertThatThrownBy(() -> apply(environment, "1")).isInstanceOf(RunException.class);

      takeTheLock().close();
      assertThat(apply(environment, "3").verdict()).isEqualTo(Verdict.Applied);
    }
  }

  private RunResult apply(RunEnvironment environment, String version) {
    return new ApplyRun(
            environment,
            Migrations.changelog(
                "{version: '%s', steps: [{name: s, createCollection: {collection: c%s}}]}"
                    .formatted(version, version)))
        .run();
  }

  private Lease takeTheLock() {
    return lock.acquire("another", Duration.ZERO, progress -> {}, new StopSignal());
  }

  private List<Long> tokens() {
    return History.events(database).stream().map(event -> event.token()).toList();
  }
}
