package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.changelog.BaselinePlan;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.Origin;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.testing.MongoServer;
import java.time.Instant;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BaselineMongoIT {

  private static final Origin MONGOCK =
      new Origin("mongock", "create-roles", "ann", Instant.parse("2023-05-06T07:08:09Z"));

  private final Changelog first = changelog("001", "roles");
  private final Changelog second = changelog("002", "rights");
  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
  }

  @Test
  void aRecordedVersionCountsAsAppliedAndIsNotRun() {
    baseline(Baseline.of(first));

    assertThat(Migrations.apply(database, first).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(new PlanRun(database, first).run().verdict()).isEqualTo(Verdict.Recorded);
    assertThat(new VerdictRun(database, first).run().verdict()).isEqualTo(Verdict.Recorded);
    assertThat(database.listCollectionNames())
        .containsExactlyInAnyOrder(History.COLLECTION, DatabaseLock.COLLECTION);
    assertThat(Migrations.apply(database, second).verdict()).isEqualTo(Verdict.Applied);
    assertThat(database.listCollectionNames()).contains("rights");
  }

  @Test
  void otherStepsOfARecordedVersionAreRefused() {
    baseline(Baseline.of(first));
    Changelog other = changelog("001", "others");

    assertThatThrownBy(() -> Migrations.apply(database, other))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("version 001 is recorded as applied in this database with other");
    assertThatThrownBy(() -> new PlanRun(database, other).run()).isInstanceOf(RunException.class);
    assertThatThrownBy(() -> new VerdictRun(database, other).run())
        .isInstanceOf(RunException.class);
  }

  @Test
  void anImportedVersionTakesAnyManifestAndRemembersWhereItComesFrom() {
    baseline(new Baseline("001", "", MONGOCK));

    Changelog others = changelog("001", "others");
    assertThat(Migrations.apply(database, first).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(new PlanRun(database, others).run().verdict()).isEqualTo(Verdict.Recorded);
    assertThat(new VerdictRun(database, others).run().verdict()).isEqualTo(Verdict.Recorded);
    VersionState state = state("001");
    assertThat(state.imported()).isTrue();
    assertThat(state.origin()).isEqualTo(MONGOCK);
    assertThat(state.last().token()).isPositive();
  }

  @Test
  void whatComesBelowARecordedVersionIsTooLate() {
    baseline(new Baseline("002", "", MONGOCK));

    assertThatThrownBy(() -> Migrations.apply(database, first))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("version 002 is applied already");
  }

  @Test
  void recordingAgainWritesNothing() {
    baseline(Baseline.of(first));
    BsonDocument before = head();

    assertThat(baseline(Baseline.of(first)).missing()).isEmpty();

    assertThat(head().get("sequence")).isEqualTo(before.get("sequence"));
  }

  @Test
  void nothingIsRecordedWhenGodwitHasRunOneOfThem() {
    Migrations.apply(database, first);

    assertThatThrownBy(() -> baseline(Baseline.of(first), Baseline.of(second)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("version 001 was run by Godwit (Verified)");

    assertThat(History.read(database).of("002")).isEmpty();
    assertThat(state("001").state()).isEqualTo(State.Verified);
  }

  @Test
  void aRollbackOfARecordedVersionIsRefusedWithWhatToDo() {
    baseline(Baseline.of(first));
    BsonDocument before = head();

    RunResult result = Migrations.rollback(database, first);

    assertThat(result.verdict()).isEqualTo(Verdict.Refused);
    assertThat(result.failure().reason()).isEqualTo("Baselined");
    assertThat(result.failure().message())
        .contains("nothing was changed")
        .contains("Restore a backup, or write a new migration");
    assertThat(head().get("sequence")).isEqualTo(before.get("sequence"));
    assertThat(state("001").state()).isEqualTo(State.Baselined);
  }

  @Test
  void aRollbackBelowARecordedVersionIsRefused() {
    Migrations.apply(database, first);
    baseline(new Baseline("002", "", MONGOCK));

    RunResult result = Migrations.rollback(database, first);

    assertThat(result.failure().message())
        .contains("later versions are applied on top of 001: 002")
        .contains("cannot be rolled back");
  }

  private BaselinePlan baseline(Baseline... baselines) {
    return new BaselineRun(Migrations.environment(database), List.of(baselines)).run();
  }

  private VersionState state(String version) {
    return History.read(database).of(version).orElseThrow();
  }

  private BsonDocument head() {
    return database
        .getCollection(History.COLLECTION, BsonDocument.class)
        .find(BsonDocument.parse("{_id: 'head'}"))
        .first();
  }

  private static Changelog changelog(String version, String collection) {
    return Migrations.changelog(
        """
        version: "%s"
        steps:
        - {name: create, createCollection: {collection: %s}}
        """
            .formatted(version, collection));
  }
}
