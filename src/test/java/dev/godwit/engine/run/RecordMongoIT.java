package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Specs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
  }

  @Test
  void recordsAndRunsNothing() {
    assertThat(record(roles()).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(record(roles()).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(record(roles()).attempt()).isEqualTo(1);

    assertThat(database.listCollectionNames())
        .containsExactlyInAnyOrder(History.COLLECTION, DatabaseLock.COLLECTION);
    assertThat(state().state()).isEqualTo(State.Baselined);
    assertThat(Migrations.apply(database, roles()).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(database.listCollectionNames()).doesNotContain("roles");
  }

  @Test
  void whatGodwitItselfAppliedIsNotCalledRecorded() {
    Migrations.apply(database, roles());

    assertThat(record(roles()).verdict()).isEqualTo(Verdict.Applied);
    assertThat(state().state()).isEqualTo(State.Verified);
    assertThat(new PlanRun(database, roles()).run().verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void recordsWhatFailedAndAPersonFinished() {
    Changelog unverified =
        compile(
            "{version: '001', rollback: {onFailure: None}, steps: [{name: a, createCollection:"
                + " {collection: roles}}], verify: {checks: [{name: some, count: {collection:"
                + " roles, min: 1}}]}}");
    assertThat(Migrations.apply(database, unverified).verdict())
        .isEqualTo(Verdict.FailedChangesStay);

    assertThat(record(unverified).verdict()).isEqualTo(Verdict.Recorded);
    assertThat(state().attempt()).isEqualTo(2);
    assertThat(new PlanRun(database, unverified).run().verdict()).isEqualTo(Verdict.Recorded);
  }

  @Test
  void refusesWhatIsAppliedWithOtherSteps() {
    record(roles());

    assertThatThrownBy(
            () ->
                record(
                    compile(
                        "{version: '001', steps: [{name: a, createCollection: {collection: b}}]}")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("applied in this database with other steps");
    assertThatThrownBy(
            () ->
                record(
                    compile(
                        "{version: '1', steps: [{name: a, createCollection: {collection: b}}]}")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("recorded as '001'");
  }

  private dev.godwit.api.job.RunResult record(Changelog changelog) {
    return new RecordRun(Migrations.environment(database), changelog).run();
  }

  private VersionState state() {
    return History.read(database).of("001").orElseThrow();
  }

  private static Changelog roles() {
    return compile("{version: '001', steps: [{name: a, createCollection: {collection: roles}}]}");
  }

  private static Changelog compile(String spec) {
    return ManifestCompiler.compile(Specs.read(spec));
  }
}
