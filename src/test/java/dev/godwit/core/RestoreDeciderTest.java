package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

class RestoreDeciderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant T = World.START;
  private static final BackupStorage STORAGE =
      new BackupStorage(null, new PersistentVolumeClaimStorage("backups", null));
  private static final RunResult RESTORED =
      new RunResult(
          Verdict.Restored,
          "shop",
          null,
          null,
          null,
          null,
          List.of("_godwit_aside_x_users"),
          null,
          null,
          new RestoreSummary(1000, 1, 1, List.of("005")),
          null);

  private Instant now = T;
  private MongoRestoreSpec spec = spec("{backupRef: {name: nightly}}");
  private MongoRestoreStatus status = MongoRestoreStatus.NEW;
  private final List<JobView> jobs = new ArrayList<>();
  private final List<KnownBackup> candidates = new ArrayList<>();
  private final List<KnownBackup> safety = new ArrayList<>();
  private final List<TargetRun> others = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private Decision<RestoreStanding> last;

  private static MongoRestoreSpec spec(String source) {
    return Samples.restore("shop", "back", source).getSpec();
  }

  private RestoreView view() {
    return new RestoreView(
        now, "back", World.UID, 1, spec, status, jobs, candidates, safety, others);
  }

  /// Decides, acts in this little world, writes the status.
  private void step() {
    RestoreView view = view();
    last = RestoreDecider.decide(view);
    switch (last) {
      case Decision.StartJob<RestoreStanding> start ->
          jobs.add(job(start.name(), JobView.State.Active, true, null));
      case Decision.TakeBackup<RestoreStanding> take ->
          safety.add(backup(take.name(), null, null, 0));
      case Decision.ForgetJob<RestoreStanding> forget ->
          jobs.removeIf(job -> job.name().equals(forget.name()));
      default -> {}
    }
    MongoRestoreStatus after = RestoreStatusProjection.project(view, last);
    RestoreStory.tell(view, last.standing(), after).forEach(note -> told.add(note.reason()));
    status = after;
    now = now.plusSeconds(1);
  }

  private void settle() {
    for (int i = 0; i < 10; i++) {
      MongoRestoreStatus before = status;
      int things = jobs.size() + safety.size();
      step();
      if (status.equals(before) && things == jobs.size() + safety.size()) {
        return;
      }
    }
    throw new AssertionError("does not settle: " + last);
  }

  private JobView job(String name, JobView.State state, boolean running, RunResult result) {
    boolean ended = state == JobView.State.Ended;
    return new JobView(
        name,
        true,
        state,
        running,
        now,
        ended ? now : null,
        ended && result == null ? "BackoffLimitExceeded: too many" : null,
        result,
        null,
        null,
        false,
        null);
  }

  private void jobEnds(RunResult result) {
    String name = jobs.getLast().name();
    jobs.removeLast();
    jobs.add(job(name, JobView.State.Ended, false, result));
  }

  private static KnownBackup backup(String name, BackupPhase phase, Instant completed, int retry) {
    return new KnownBackup(
        name,
        T.minusSeconds(7200),
        retry,
        false,
        phase,
        STORAGE,
        phase == BackupPhase.Succeeded ? name + ".uid" : null,
        completed == null ? null : completed.minusSeconds(60),
        completed,
        "reads users",
        null);
  }

  private static KnownBackup done(String name, Instant completed) {
    return backup(name, BackupPhase.Succeeded, completed, -1);
  }

  private void safetyIs(BackupPhase phase) {
    String name = safety.getLast().name();
    safety.removeLast();
    safety.add(backup(name, phase, now, 0));
  }

  private void without(String... fields) {
    ObjectNode json = JSON.valueToTree(spec);
    json.remove(List.of(fields));
    spec = JSON.convertValue(json, MongoRestoreSpec.class);
  }

  private void with(String field, Object value) {
    ObjectNode json = JSON.valueToTree(spec);
    json.set(field, JSON.valueToTree(value));
    spec = JSON.convertValue(json, MongoRestoreSpec.class);
  }

  @Test
  void choosesBacksUpRestoresSucceeds() {
    candidates.add(done("nightly", T.minusSeconds(3600)));
    step();
    assertThat(last)
        .as("the choice is written before anything is done")
        .isInstanceOf(Decision.Wait.class);
    assertThat(status.source().folder()).isEqualTo("nightly.uid");
    assertThat(status.source().time()).isEqualTo("2025-12-31T22:59:00Z");
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.BackingUp);
    assertThat(((Decision.Wait<?>) last).standing()).isNotNull();
    assertThat(safety)
        .singleElement()
        .extracting(KnownBackup::name)
        .isEqualTo(status.safetyBackup());
    assertThat(jobs).isEmpty();
    safetyIs(BackupPhase.Succeeded);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Restoring);
    assertThat(Conditions.isTrue(status.conditions(), Conditions.BACKED_UP)).isTrue();
    jobEnds(RESTORED);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Succeeded);
    assertThat(status.setAside()).containsExactly("_godwit_aside_x_users");
    assertThat(status.undone()).containsExactly("005");
    assertThat(status.documents()).isEqualTo(1000);
    assertThat(status.duration()).isNotNull();
    assertThat(status.message()).contains("only in _godwit_aside_x_users", "005");
    assertThat(Conditions.isTrue(status.conditions(), Conditions.READY)).isTrue();
    assertThat(Expiry.of(view())).hasSize(1);
    assertThat(told)
        .containsExactly("BackupChosen", "BackupStarted", "RestoreStarted", "RestoreCompleted");
  }

  @Test
  void theSafetyBackupIsOfTheCollectionsThatAreReplaced() {
    candidates.add(done("nightly", T));
    with("collections", List.of("users", "orders"));
    with("renames", List.of(java.util.Map.of("from", "users", "to", "people")));
    step();
    step();
    assertThat(last)
        .isInstanceOfSatisfying(
            Decision.TakeBackup.class,
            take -> assertThat(take.collections()).asString().isEqualTo("[people, orders]"));
  }

  @Test
  void withoutASafetyBackupTheJobStartsAtOnce() {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    assertThat(safety).isEmpty();
    assertThat(jobs).hasSize(1);
    assertThat(Conditions.reason(status.conditions(), Conditions.BACKED_UP))
        .contains(Reasons.NOT_REQUIRED);
  }

  @Test
  void aFailedSafetyBackupLeavesTheDatabaseAlone() {
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Failed);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Failed);
    assertThat(status.failure().reason()).isEqualTo(Reasons.BACKUP_FAILED);
    assertThat(status.message()).contains("nothing was changed", "retry");
    assertThat(jobs).isEmpty();
    with("retry", 1);
    settle();
    safetyIs(BackupPhase.Failed);
    settle();
    assertThat(status.message())
        .as("the first attempt may have changed something in another course")
        .contains("this attempt changed nothing");
  }

  @Test
  void aLocationNeedsNoMongoBackup() {
    spec =
        spec("{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}");
    with("safetyBackup", "Never");
    step();
    step();
    assertThat(last)
        .isInstanceOfSatisfying(
            Decision.StartJob.class, start -> assertThat(start.backup()).isEqualTo("shop/b1"));
    assertThat(status.source().storage().persistentVolumeClaim().claimName()).isEqualTo("old");
  }

  @ParameterizedTest
  @NullSource
  @EnumSource(
      value = BackupPhase.class,
      names = {"Pending", "Running"})
  void waitsForABackupThatIsNotThereYet(BackupPhase phase) {
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Pending);
    assertThat(Conditions.reason(status.conditions(), Conditions.RECONCILING))
        .contains(Reasons.BACKUP_MISSING);
    candidates.add(backup("nightly", phase, null, -1));
    settle();
    assertThat(status.message()).isEqualTo("waits for MongoBackup nightly: reads users");
    assertThat(jobs).isEmpty();
  }

  @Test
  void aBackupThatFailedIsNotRestored() {
    candidates.add(backup("nightly", BackupPhase.Failed, T, -1));
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Failed);
    assertThat(Conditions.reason(status.conditions(), Conditions.RESTORED))
        .contains(Reasons.NOTHING_CHANGED);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, b, 1h1m0s",
    "2025-12-31T23:00:00Z, b, 1m0s",
    "2025-12-31T22:59:59Z, a, 1h0m59s",
    "2026-01-01T01:00:00+02:00, b, 1m0s",
    "2026-01-02T00:00:00Z, c, 24h1m0s",
  })
  void takesTheLatestThatWasCompleteAndSaysWhatMayBeLost(String time, String name, String gap) {
    candidates.add(done("c", T));
    candidates.add(done("a", T.minus(Duration.ofHours(2))));
    candidates.add(done("b", T.minus(Duration.ofHours(1))));
    candidates.add(backup("failed", BackupPhase.Failed, T.minusSeconds(1), -1));
    spec = spec("{latestBefore: {schedule: nightly, time: \"" + time + "\"}}");
    if (time.equals("2026-01-01T00:00:00Z")) {
      candidates.removeFirst();
    }
    step();
    assertThat(status.source().name()).isEqualTo(name);
    assertThat(status.source().gap()).isEqualTo(gap);
    assertThat(status.message()).contains(gap, "may be lost");
  }

  @Test
  void whatWasChosenStaysWhenANewerBackupCompletes() {
    candidates.add(done("a", T.minus(Duration.ofHours(2))));
    spec = spec("{latestBefore: {schedule: nightly, time: \"2026-01-01T00:00:00Z\"}}");
    step();
    candidates.add(done("b", T.minusSeconds(1)));
    settle();
    assertThat(status.source().name()).isEqualTo("a");
  }

  @Test
  void saysWhichIsTheOldestWhenNoneIsOldEnough() {
    candidates.add(done("a", T));
    spec = spec("{latestBefore: {schedule: nightly, time: \"2025-12-31T00:00:00Z\"}}");
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Failed);
    assertThat(status.failure().reason()).isEqualTo(Reasons.NO_BACKUP_BEFORE);
    assertThat(status.message()).contains("the oldest that there is, a,", "2026-01-01T00:00:00Z");
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    spec = spec("{latestBefore: {schedule: nightly, time: \"2025-13-31T00:00:00Z\"}}");
    settle();
    assertThat(status.message()).contains("is no time");
  }

  @Test
  void waitsForItsTurnOnTheDatabase() {
    candidates.add(done("nightly", T));
    others.add(new TargetRun("MongoMigration m", "m", true, false, null, List.of()));
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Pending);
    assertThat(status.message()).startsWith("waits for MongoMigration m");
    assertThat(safety).isEmpty();
    others.clear();
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.BackingUp);
  }

  @Test
  void doesNotOvertakeWhoeverChangesTheDatabaseAfterItsBackup() {
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Succeeded);
    others.add(new TargetRun("MongoMigration m", "m", true, true, null, List.of()));
    settle();
    assertThat(jobs).isEmpty();
    assertThat(status.phase()).isEqualTo(RestorePhase.BackingUp);
    others.clear();
    settle();
    assertThat(jobs).hasSize(1);
  }

  @ParameterizedTest
  @NullSource
  @EnumSource(Verdict.class)
  void everyEndHasADecision(Verdict verdict) {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    jobEnds(verdict == null ? null : World.result(verdict));
    step();
    RestorePhase expected =
        switch (verdict) {
          case Restored -> RestorePhase.Succeeded;
          case Interrupted, LockHeld -> RestorePhase.Restoring;
          case null, default -> RestorePhase.Failed;
        };
    assertThat(status.phase()).isEqualTo(expected);
    assertThat(status.message()).isNotBlank();
    if (expected == RestorePhase.Failed) {
      assertThat(Conditions.reason(status.conditions(), Conditions.STALLED)).isPresent();
      assertThat(Conditions.reason(status.conditions(), Conditions.RESTORED))
          .contains(
              switch (verdict) {
                case Refused -> Reasons.NOTHING_CHANGED;
                case FailedChangesStay -> Reasons.CHANGES_STAY;
                case null, default -> Reasons.JOB_LOST;
              });
    }
  }

  @Test
  void runsAgainAfterARestWhenTheDatabaseWasAway() {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    String name = jobs.getFirst().name();
    jobEnds(World.result(Verdict.Interrupted));
    step();
    assertThat(last)
        .isInstanceOfSatisfying(
            Decision.Wait.class,
            wait -> assertThat(wait.recheck()).isEqualTo(Duration.ofSeconds(60)));
    now = now.plusSeconds(60);
    step();
    assertThat(jobs).isEmpty();
    step();
    assertThat(jobs).singleElement().extracting(JobView::name).isEqualTo(name);
  }

  @Test
  void aJobThatWasDeletedIsStartedAgain() {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    jobs.clear();
    step();
    assertThat(jobs).hasSize(1);
  }

  @Test
  void aRaisedRetryStartsAnotherJobWithAnotherSafetyBackup() {
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Succeeded);
    settle();
    jobEnds(World.result(Verdict.Refused));
    settle();
    with("retry", 1);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.BackingUp);
    assertThat(safety).as("writes were made since").hasSize(2);
    assertThat(status.failure()).isNull();
    safetyIs(BackupPhase.Succeeded);
    settle();
    assertThat(jobs).hasSize(2);
    assertThat(jobs.get(1).name()).isNotEqualTo(jobs.get(0).name());
    jobEnds(RESTORED);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Succeeded);
    assertThat(status.retry()).isEqualTo(1);
  }

  @Test
  void aRetryAfterALostJobKeepsTheBackupOfTheStateBeforeAnythingChanged() {
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Succeeded);
    settle();
    jobEnds(null);
    settle();
    String first = status.safetyBackup();
    with("retry", 1);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Restoring);
    assertThat(status.safetyBackup()).isEqualTo(first);
    assertThat(safety).hasSize(1);
  }

  @Test
  void aSuccessIsNotRepeatedByARetry() {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    jobEnds(RESTORED);
    settle();
    MongoRestoreStatus done = status;
    with("retry", 1);
    settle();
    assertThat(status).isEqualTo(done);
    assertThat(jobs).hasSize(1);
  }

  @Test
  void aLostStatusFindsTheJobAgain() {
    candidates.add(done("nightly", T));
    with("safetyBackup", "Never");
    settle();
    status = MongoRestoreStatus.NEW;
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Restoring);
    assertThat(status.source().name()).isEqualTo("nightly");
    assertThat(jobs).hasSize(1);
  }

  private void succeed() {
    candidates.add(done("nightly", T));
    settle();
    if (!safety.isEmpty()) {
      safetyIs(BackupPhase.Succeeded);
      settle();
    }
    jobEnds(RESTORED);
    settle();
    assertThat(status.phase()).isEqualTo(RestorePhase.Succeeded);
    jobs.clear();
  }

  private static RunResult dropped(List<String> left) {
    return new RunResult(
        Verdict.Deleted, "shop", null, null, null, null, left, null, null, null, null);
  }

  private void expectReplaced(String status, String reason) {
    assertThat(this.status.conditions())
        .filteredOn(condition -> condition.getType().equals(Conditions.REPLACED_DROPPED))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.getStatus()).isEqualTo(status);
              assertThat(condition.getReason()).isEqualTo(reason);
            });
  }

  @Test
  void whatWasReplacedIsDroppedAfterThreeDays() {
    succeed();
    Instant until = Instant.parse(status.completionTime()).plus(Duration.ofDays(3));
    assertThat(status.setAsideUntil()).isEqualTo(until.toString());
    expectReplaced("False", Reasons.KEPT_UNTIL);
    assertThat(((Decision.Wait<?>) last).recheck()).isPositive();
    now = until.minusSeconds(1);
    step();
    assertThat(jobs).isEmpty();
    now = until;
    step();
    assertThat(last)
        .isInstanceOfSatisfying(
            Decision.StartJob.class,
            start -> {
              assertThat(start.role()).isEqualTo(JobRole.Discard);
              assertThat(start.backup()).as("it needs no storage").isNull();
            });
    settle();
    expectReplaced("False", Reasons.DROPPING);
    assertThat(((Decision.Wait<?>) last).recheck()).isNotNull();
    jobEnds(dropped(List.of()));
    settle();
    expectReplaced("True", Reasons.DROPPED);
    assertThat(status.phase()).isEqualTo(RestorePhase.Succeeded);
    assertThat(status.setAsideDropped()).isNotNull();
    assertThat(status.setAside()).as("what there was").isNotEmpty();
    assertThat(status.message())
        .isEqualTo(
            "restored 1000 documents of 1 collections. What it replaced was dropped. Not applied any more: 005");
    assertThat(status.documents()).isEqualTo(1000);
    assertThat(told).endsWith("RestoreCompleted", "ReplacedDropped");
    MongoRestoreStatus end = status;
    jobs.clear();
    now = now.plus(Duration.ofDays(100));
    settle();
    assertThat(status).isEqualTo(end);
    assertThat(jobs).as("once").isEmpty();
  }

  @Test
  void withoutASafetyBackupItStaysUntilSomebodySaysSo() {
    with("safetyBackup", "Never");
    succeed();
    now = now.plus(Duration.ofDays(1000));
    settle();
    expectReplaced("False", Reasons.KEPT);
    assertThat(status.setAsideUntil()).isNull();
    assertThat(jobs).isEmpty();
    with("keepReplacedFor", "0s");
    settle();
    assertThat(jobs).hasSize(1);
  }

  @Test
  void theTimeMayBeChangedWhileTheyAreThere() {
    succeed();
    with("keepReplacedFor", "240h");
    now = now.plus(Duration.ofDays(9));
    settle();
    assertThat(jobs).isEmpty();
    assertThat(status.setAsideUntil())
        .isEqualTo(Instant.parse(status.completionTime()).plus(Duration.ofDays(10)).toString());
    with("keepReplacedFor", "0s");
    settle();
    assertThat(jobs).hasSize(1);
  }

  @Test
  void whereNothingWasReplacedThereIsNothingToDrop() {
    with("keepReplacedFor", "0s");
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Succeeded);
    settle();
    jobEnds(World.result(Verdict.Restored));
    settle();
    assertThat(jobs).hasSize(1);
    assertThat(Conditions.reason(status.conditions(), Conditions.REPLACED_DROPPED)).isEmpty();
  }

  @Test
  void aDropWaitsForWhoeverWorksOnTheDatabase() {
    with("keepReplacedFor", "0s");
    others.add(new TargetRun("MongoMigration m", "m", false, false, null, List.of()));
    candidates.add(done("nightly", T));
    settle();
    safetyIs(BackupPhase.Succeeded);
    settle();
    others.add(new TargetRun("MongoMigration n", "n", true, true, null, List.of()));
    jobEnds(RESTORED);
    settle();
    assertThat(jobs).hasSize(1);
    expectReplaced("False", Reasons.WAITING_FOR_TARGET);
    others.clear();
    settle();
    assertThat(jobs).hasSize(2);
  }

  @ParameterizedTest
  @NullSource
  @EnumSource(Verdict.class)
  void everyEndOfADropHasADecision(Verdict verdict) {
    with("keepReplacedFor", "0s");
    succeed();
    settle();
    assertThat(jobs).hasSize(1);
    jobEnds(verdict == null ? null : World.result(verdict));
    step();
    assertThat(status.phase()).isEqualTo(RestorePhase.Succeeded);
    switch (verdict) {
      case Deleted -> expectReplaced("True", Reasons.DROPPED);
      case Interrupted, LockHeld -> {
        expectReplaced("False", Reasons.RETRYING);
        now = now.plusSeconds(60);
        step();
        assertThat(jobs).isEmpty();
        step();
        assertThat(jobs).hasSize(1);
      }
      case null, default -> {
        expectReplaced("False", Reasons.DROP_FAILED);
        assertThat(told).contains("ReplacedNotDropped");
        assertThat(Expiry.of(view())).as("its removal starts it again").hasSize(1);
        jobs.clear();
        settle();
        assertThat(jobs).hasSize(1);
      }
    }
  }

  @Test
  void whatOthersCreatedMeanwhileIsNamed() {
    with("keepReplacedFor", "0s");
    succeed();
    settle();
    jobEnds(dropped(List.of("_godwit_aside_x~2_users")));
    settle();
    assertThat(status.message()).contains("stays in _godwit_aside_x~2_users");
  }

  @Test
  void aDeletedRestoreWaitsForItsJob() {
    candidates.add(done("nightly", T));
    without("safetyBackup");
    with("safetyBackup", "Never");
    settle();
    Cleanup cleanup = Cleanup.decide(view(), now.plusSeconds(600));
    assertThat(cleanup.isOver()).isFalse();
    assertThat(cleanup.stop()).containsExactly(jobs.getFirst().name());
    jobEnds(RESTORED);
    assertThat(Cleanup.decide(view(), now.plusSeconds(600)).isOver()).isTrue();
  }
}
