package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoBackupScheduleSpec;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

/// A schedule of every full hour, in a world whose backups are taken at once.
class ScheduleDeciderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant T = World.START;

  private Instant now = T;
  private MongoBackupScheduleSpec spec = Samples.schedule("shop", "hourly").getSpec();
  private MongoBackupScheduleStatus status = MongoBackupScheduleStatus.NEW;
  private final List<KnownBackup> backups = new ArrayList<>();
  private final Map<String, String> pins = new TreeMap<>();
  private final List<JobView> jobs = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private boolean slow;
  private Decision<ScheduleStanding> last;

  private ScheduleView view() {
    Instant due = now.truncatedTo(ChronoUnit.HOURS);
    return new ScheduleView(
        now,
        "hourly",
        World.UID,
        1,
        T,
        spec,
        status,
        new ScheduleTimes(null, ZoneOffset.UTC, due, due.plus(1, ChronoUnit.HOURS)),
        backups,
        pins,
        jobs);
  }

  private void step() {
    ScheduleView view = view();
    last = ScheduleDecider.decide(view);
    switch (last) {
      case Decision.TakeBackup<ScheduleStanding> take -> {
        taken.add(take.name());
        backups.add(backup(take.name(), slow ? BackupPhase.Running : BackupPhase.Succeeded));
      }
      case Decision.DeleteBackups<ScheduleStanding> delete ->
          backups.removeIf(backup -> delete.names().contains(backup.name()));
      case Decision.StartJob<ScheduleStanding> start ->
          jobs.add(job(start.name(), JobView.State.Active, null));
      default -> {}
    }
    ScheduleStory.tell(view, last).forEach(note -> told.add(note.reason()));
    status = ScheduleStatusProjection.project(view, last);
  }

  private void settle() {
    for (int i = 0; i < 10; i++) {
      MongoBackupScheduleStatus before = status;
      step();
      if (status.equals(before) && last instanceof Decision.Wait<?>) {
        return;
      }
    }
    throw new AssertionError("does not settle: " + last);
  }

  private void passes(Duration time) {
    now = now.plus(time);
    settle();
  }

  private KnownBackup backup(String name, BackupPhase phase) {
    boolean ended = phase.isTerminal();
    return new KnownBackup(
        name,
        now,
        -1,
        false,
        phase,
        null,
        ended ? name : null,
        now,
        ended ? now : null,
        ended ? "done" : "reads",
        phase == BackupPhase.Failed ? new Failure("X", null, "the volume is full") : null);
  }

  private void ends(BackupPhase phase) {
    String name = backups.removeLast().name();
    backups.add(backup(name, phase));
  }

  private JobView job(String name, JobView.State state, RunResult result) {
    boolean ended = state == JobView.State.Ended;
    return new JobView(
        name,
        false,
        state,
        !ended,
        now,
        ended ? now : null,
        ended && result == null ? "BackoffLimitExceeded: x" : null,
        result,
        null,
        null,
        false,
        null);
  }

  private void with(String field, Object value) {
    ObjectNode json = JSON.valueToTree(spec);
    json.set(field, JSON.valueToTree(value));
    spec = JSON.convertValue(json, MongoBackupScheduleSpec.class);
  }

  @Test
  void takesNothingUntilItIsTime() {
    settle();
    assertThat(taken).isEmpty();
    assertThat(status.phase()).isEqualTo(SchedulePhase.Active);
    assertThat(status.nextScheduleTime()).isEqualTo("2026-01-01T01:00:00Z");
    assertThat(((Decision.Wait<?>) last).recheck()).isEqualTo(Duration.ofHours(1));
    passes(Duration.ofMinutes(59));
    assertThat(taken).isEmpty();
    assertThat(((Decision.Wait<?>) last).recheck()).isEqualTo(Duration.ofMinutes(1));
    passes(Duration.ofMinutes(1));
    assertThat(taken).containsExactly("hourly-20260101-0100");
    assertThat(status.lastScheduleTime()).isEqualTo("2026-01-01T01:00:00Z");
    assertThat(status.lastSuccessfulBackup()).isEqualTo("hourly-20260101-0100");
    assertThat(status.backups()).isEqualTo(1);
    passes(Duration.ofMinutes(1));
    assertThat(taken).hasSize(1);
    assertThat(told).containsExactly("BackupScheduled");
  }

  @Test
  void makesUpForOneBackupAfterAnOutage() {
    passes(Duration.ofHours(1));
    passes(Duration.ofHours(50));
    assertThat(taken).containsExactly("hourly-20260101-0100", "hourly-20260103-0300");
  }

  @Test
  void leavesOutWhatWouldBeginTooLate() {
    with("startingDeadline", "10m");
    passes(Duration.ofMinutes(70));
    assertThat(taken).as("just in time").hasSize(1);
    passes(Duration.ofMinutes(61));
    assertThat(taken).hasSize(1);
    assertThat(told).containsExactly("BackupScheduled", "ScheduleMissed");
    passes(Duration.ofMinutes(50));
    assertThat(taken).hasSize(2);
  }

  @Test
  void takesOneAtATime() {
    slow = true;
    passes(Duration.ofHours(1));
    passes(Duration.ofHours(3));
    assertThat(taken).hasSize(1);
    assertThat(status.message()).contains("waits for hourly-20260101-0100");
    ends(BackupPhase.Succeeded);
    settle();
    assertThat(taken).as("one for the three that were due").hasSize(2);
  }

  @Test
  void doesNotMakeUpForTheTimeThatItWasSuspended() {
    with("suspend", true);
    passes(Duration.ofHours(5));
    assertThat(status.phase()).isEqualTo(SchedulePhase.Suspended);
    assertThat(status.nextScheduleTime()).isNull();
    assertThat(taken).isEmpty();
    with("suspend", false);
    passes(Duration.ofMinutes(10));
    assertThat(taken).isEmpty();
    passes(Duration.ofMinutes(50));
    assertThat(taken).hasSize(1);
  }

  @Test
  void anotherScheduleBeginsNow() {
    settle();
    with("schedule", "*/60 * * * *");
    passes(Duration.ofMinutes(90));
    assertThat(taken).isEmpty();
    passes(Duration.ofMinutes(30));
    assertThat(taken).hasSize(1);
  }

  @Test
  void aLostStatusTakesNoBackupTwice() {
    passes(Duration.ofHours(1));
    status = MongoBackupScheduleStatus.NEW;
    int before = backups.size();
    step();
    assertThat(taken).as("the same name: AlreadyExists").containsOnly("hourly-20260101-0100");
    assertThat(before).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsStalled() {
    ScheduleView view = view();
    ScheduleView wrong =
        new ScheduleView(
            now,
            view.name(),
            view.uid(),
            1,
            T,
            spec,
            status,
            new ScheduleTimes("spec.schedule 'x' cannot be read", ZoneOffset.UTC, null, null),
            backups,
            pins,
            jobs);
    Decision<ScheduleStanding> decision = ScheduleDecider.decide(wrong);
    MongoBackupScheduleStatus after = ScheduleStatusProjection.project(wrong, decision);
    assertThat(after.phase()).isEqualTo(SchedulePhase.Invalid);
    assertThat(Conditions.isTrue(after.conditions(), Conditions.STALLED)).isTrue();
    assertThat(ScheduleStory.tell(wrong, decision)).hasSize(1);
  }

  @Test
  void prunesWhatTheRetentionDoesNotKeepButNotWhatIsNeeded() {
    with("retention", Map.of("keepLast", 2));
    pins.put("hourly-20260101-0100", "MongoRestore back");
    for (int hour = 0; hour < 5; hour++) {
      passes(Duration.ofHours(1));
    }
    assertThat(backups.stream().map(KnownBackup::name))
        .containsExactly("hourly-20260101-0100", "hourly-20260101-0400", "hourly-20260101-0500");
    assertThat(status.pinned()).containsExactly("hourly-20260101-0100: MongoRestore back");
    assertThat(told).contains("BackupsPruned");
  }

  @Test
  void aFailedBackupIsToldAndTheScheduleGoesOn() {
    slow = true;
    passes(Duration.ofHours(1));
    ends(BackupPhase.Failed);
    settle();
    assertThat(Conditions.reason(status.conditions(), ScheduleStatusProjection.LAST_BACKUP))
        .contains(Reasons.BACKUP_FAILED);
    assertThat(Conditions.isTrue(status.conditions(), Conditions.READY)).isTrue();
    passes(Duration.ofHours(1));
    assertThat(taken).hasSize(2);
  }

  @Test
  void verifiesTheLatestBackupOnceAPeriod() {
    with("verifyEvery", "24h");
    assertThat(jobs).as("nothing to verify yet").isEmpty();
    passes(Duration.ofHours(1));
    assertThat(jobs).as("the first backup is proved at once").hasSize(1);
    assertThat(status.verification().backup()).isEqualTo("hourly-20260101-0100");
    verified(Verdict.Verified);
    passes(Duration.ofHours(22));
    assertThat(jobs).hasSize(1);
    passes(Duration.ofHours(1));
    assertThat(jobs).hasSize(2);
    assertThat(status.verification().backup()).isEqualTo("hourly-20260102-0000");
    assertThat(status.verification().result()).isEqualTo(VerificationResult.Running);
    verified(Verdict.Verified);
    settle();
    assertThat(status.verification().result()).isEqualTo(VerificationResult.Succeeded);
    assertThat(status.verification().time()).isNotNull();
    assertThat(Expiry.of(view())).hasSize(2);
    passes(Duration.ofHours(2));
    assertThat(jobs).hasSize(2);
    passes(Duration.ofHours(24 * 5));
    assertThat(jobs).as("what was missed is not made up for").hasSize(3);
    assertThat(told.stream().filter("VerificationSucceeded"::equals)).hasSize(2);
  }

  @Test
  void goesOnVerifyingWhenThePeriodIsMadeLonger() {
    with("verifyEvery", "1h");
    for (int hour = 0; hour < 30; hour++) {
      passes(Duration.ofHours(1));
      verified(Verdict.Verified);
      settle();
    }
    assertThat(jobs).hasSize(30);
    with("verifyEvery", "24h");
    passes(Duration.ofHours(12));
    assertThat(jobs).as("in the same day").hasSize(30);
    passes(Duration.ofHours(12));
    assertThat(jobs).as("on the next day").hasSize(31);
    assertThat(jobs.stream().map(JobView::name)).doesNotHaveDuplicates();
    verified(Verdict.Verified);
    settle();
    passes(Duration.ofHours(24));
    assertThat(jobs).as("and on the day after").hasSize(32);
  }

  @ParameterizedTest
  @NullSource
  @EnumSource(Verdict.class)
  void everyEndOfAVerificationIsAResult(Verdict verdict) {
    with("verifyEvery", "2h");
    passes(Duration.ofHours(1));
    verified(verdict);
    settle();
    boolean whole = verdict == Verdict.Verified;
    assertThat(status.verification().result())
        .isEqualTo(whole ? VerificationResult.Succeeded : VerificationResult.Failed);
    assertThat(status.verification().message()).contains(status.verification().backup());
    assertThat(told).contains(whole ? "VerificationSucceeded" : "VerificationFailed");
    assertThat(Conditions.isTrue(status.conditions(), ScheduleStatusProjection.LAST_VERIFICATION))
        .isEqualTo(whole);
  }

  /// A verification every six hours; the one at 6:00 finds damage.
  @Test
  void whatWasProvenStaysWhenALaterVerificationFails() {
    with("verifyEvery", "6h");
    with("retention", Map.of("keepLast", 2));
    passes(Duration.ofHours(1));
    verified(Verdict.Verified);
    settle();
    for (int hour = 2; hour <= 6; hour++) {
      passes(Duration.ofHours(1));
    }
    assertThat(status.protectedBackups())
        .as("the latest, and the proven one")
        .containsExactly("hourly-20260101-0100", "hourly-20260101-0600");
    verified(Verdict.Refused);
    settle();
    assertThat(status.suspectBackups()).containsExactly("hourly-20260101-0600");
    for (int hour = 7; hour <= 11; hour++) {
      passes(Duration.ofHours(1));
    }
    assertThat(backups.stream().map(KnownBackup::name))
        .containsExactly(
            "hourly-20260101-0100",
            "hourly-20260101-0600",
            "hourly-20260101-1000",
            "hourly-20260101-1100");
    assertThat(status.verifiedBackup()).isEqualTo("hourly-20260101-0100");
    passes(Duration.ofHours(1));
    verified(Verdict.Verified);
    settle();
    assertThat(status.verifiedBackup()).isEqualTo("hourly-20260101-1200");
    assertThat(backups.stream().map(KnownBackup::name))
        .as("what was proven before is as any other now")
        .containsExactly("hourly-20260101-0600", "hourly-20260101-1100", "hourly-20260101-1200");
    with("verifyEvery", null);
    passes(Duration.ofHours(1));
    passes(Duration.ofHours(1));
    passes(Duration.ofHours(1));
    assertThat(status.protectedBackups())
        .as("nothing is the latest proven one for ever")
        .containsExactly("hourly-20260101-1500");
  }

  @Test
  void aStatusOfBeforeIsUnderstood() {
    with("verifyEvery", "6h");
    with("retention", Map.of("keepLast", 1));
    passes(Duration.ofHours(1));
    verified(Verdict.Verified);
    settle();
    ObjectNode old = JSON.valueToTree(status);
    old.remove(List.of("verifiedBackup", "suspectBackups", "protectedBackups"));
    status = JSON.convertValue(old, MongoBackupScheduleStatus.class);
    passes(Duration.ofHours(1));
    assertThat(backups.stream().map(KnownBackup::name))
        .containsExactly("hourly-20260101-0100", "hourly-20260101-0200");
  }

  @Test
  void aVerificationThatHangsKeepsNothingFromBeingPruned() {
    with("verifyEvery", "24h");
    with("retention", Map.of("keepLast", 2));
    for (int hour = 1; hour <= 5; hour++) {
      passes(Duration.ofHours(1));
    }
    assertThat(status.verification().result()).isEqualTo(VerificationResult.Running);
    assertThat(backups.stream().map(KnownBackup::name))
        .as("the latest two, and the one that is being verified")
        .containsExactly("hourly-20260101-0100", "hourly-20260101-0400", "hourly-20260101-0500");
  }

  @Test
  void aVerificationThatIsOutOfTimeHasFailed() {
    with("verifyEvery", "24h");
    passes(Duration.ofHours(1));
    String name = jobs.removeLast().name();
    jobs.add(
        new JobView(
            name,
            false,
            JobView.State.Ended,
            false,
            now,
            now,
            "DeadlineExceeded: Job was active longer than specified deadline",
            RunResult.of(Verdict.Interrupted, new Failure("Stopped", null, "was stopped")),
            null,
            null,
            false,
            null));
    settle();
    assertThat(status.verification().result()).isEqualTo(VerificationResult.Failed);
    assertThat(status.verification().message())
        .contains("did not end in time", "DeadlineExceeded", "template.job.activeDeadline");
  }

  private void verified(Verdict verdict) {
    String name = jobs.removeLast().name();
    jobs.add(job(name, JobView.State.Ended, verdict == null ? null : RunResult.of(verdict, null)));
  }

  @Test
  void aBackupThatIsDueGoesBeforeAVerification() {
    with("verifyEvery", "2h");
    now = now.plus(Duration.ofHours(1));
    step();
    assertThat(last).isInstanceOf(Decision.TakeBackup.class);
    step();
    assertThat(last).isInstanceOf(Decision.StartJob.class);
    assertThat(status.verification().number()).isEqualTo(1);
  }
}
