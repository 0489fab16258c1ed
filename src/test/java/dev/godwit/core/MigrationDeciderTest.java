package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Failed;
import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollbackFailed;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationDeciderTest {

  private final World world = new World();

  // --- The straight way

  @Test
  void plansBacksUpAppliesVerifies() {
    world.step();
    assertThat(world.phase()).isEqualTo(Planning);
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
    assertThat(world.view().backupsOfAttempt()).hasSize(1);
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    world.says(JobRole.Apply, verifying()).settle();
    assertThat(world.phase()).isEqualTo(Verifying);
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(world.created.values()).containsOnly(1).hasSize(2);
  }

  @Test
  void tellsHowFastAStepIsAndWhyItIsSlow() {
    String why = "goes slowly, pauses 3.5 s a batch: secondary db-2 is 14 s behind";
    RunProgress slow =
        new RunProgress(
            1, RunProgress.Activity.Applying, "a", 1, 3, 500L, 10_000L, 1, 120L, 80L, why);

    world.applying().says(JobRole.Apply, slow).settle();

    assertThat(world.status.message()).isEqualTo(why);
    assertThat(world.status.progress().message()).isEqualTo(why);
    assertThat(world.status.progress().rate()).isEqualTo(120);
    assertThat(world.status.progress().eta()).isEqualTo("1m20s");
  }

  @Test
  void backsUpWhatThePlanTouches() {
    world.settle().ends(JobRole.Plan, Verdict.Planned).step();
    assertThat(world.last)
        .isInstanceOfSatisfying(
            Decision.TakeBackup.class,
            take -> assertThat(take.collections()).isEqualTo(List.of("audit", "users")));
  }

  @Test
  void applyKnowsTheBackupsFolder() {
    world.backingUp().backupEnds(BackupPhase.Succeeded).step();
    assertThat(world.last)
        .isInstanceOfSatisfying(
            Decision.StartJob.class, start -> assertThat(start.backup()).endsWith(".folder"));
  }

  static Stream<Arguments> policies() {
    return Stream.of(
        Arguments.of(BackupPolicy.Always, true, BackingUp),
        Arguments.of(BackupPolicy.Always, false, BackingUp),
        Arguments.of(BackupPolicy.WhenDestructive, true, BackingUp),
        Arguments.of(BackupPolicy.WhenDestructive, false, Applying),
        Arguments.of(BackupPolicy.Never, true, Applying),
        Arguments.of(BackupPolicy.Never, false, Applying));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void takesABackupAsThePolicySays(
      BackupPolicy policy, boolean destructive, MigrationPhase expected) {
    RunResult plan =
        new RunResult(
            Verdict.Planned,
            "shop",
            1,
            "sha256:cd",
            new PlanSummary(List.of("users"), List.of(), 10, destructive, "sha256:ab"),
            null,
            null,
            null,
            null,
            null);
    world.backupPolicy(policy).settle().ends(JobRole.Plan, plan).settle();
    assertThat(world.phase()).isEqualTo(expected);
  }

  private static final BackupStorage OTHER =
      new BackupStorage(null, new PersistentVolumeClaimStorage("other", null));

  @Test
  void aBackupGoesWhereTheSpecSaysElseToTheDefault() {
    world.defaultStorage = OTHER;
    assertThat(world.view().storage()).isEqualTo(world.spec.backup().storage());
    world.storage(null);
    assertThat(world.view().storage()).isEqualTo(OTHER);
    world.backingUp();
    assertThat(world.view().backup().orElseThrow().storage()).isEqualTo(OTHER);
  }

  @Test
  void withoutAnyStorageNothingIsStarted() {
    world.storage(null).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().reason()).isEqualTo(Reasons.STORAGE_MISSING);
    assertThat(world.status.failure().message())
        .contains("spec.backup.storage", "nothing was changed", "spec.retry");
    assertThat(world.created).isEmpty();
  }

  @Test
  void whoTakesNoBackupNeedsNoStorage() {
    world.storage(null).backupPolicy(BackupPolicy.Never).settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void aDefaultThatGoesWhileTheMigrationPlansFailsIt() {
    world.defaultStorage = OTHER;
    world.storage(null).settle();
    world.defaultStorage = null;
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().reason()).isEqualTo(Reasons.STORAGE_MISSING);
    assertThat(world.backups).isEmpty();
  }

  @Test
  void aChangedDefaultDoesNotMoveABackupThatIsThere() {
    world.defaultStorage = OTHER;
    world.storage(null).backingUp().backupEnds(BackupPhase.Succeeded).settle();
    world.defaultStorage = new BackupStorage(null, new PersistentVolumeClaimStorage("third", null));
    assertThat(world.view().backupToRestore().orElseThrow().storage()).isEqualTo(OTHER);
    assertThat(world.settle().phase()).isEqualTo(Applying);
  }

  @Test
  void aFailedBackupChangesNothing() {
    world.backingUp().backupEnds(BackupPhase.Failed).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().message()).contains("nothing was changed", "disk is full");
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
  }

  // --- Verdicts

  static Stream<Arguments> planVerdicts() {
    return Stream.of(
        Arguments.of(Verdict.Planned, BackingUp),
        Arguments.of(Verdict.Applied, Succeeded),
        Arguments.of(Verdict.Recorded, Succeeded),
        Arguments.of(Verdict.RolledBack, RolledBack),
        Arguments.of(Verdict.Unfinished, RollingBack),
        Arguments.of(Verdict.Refused, Failed),
        Arguments.of(Verdict.RollbackFailed, RollbackFailed),
        Arguments.of(Verdict.Interrupted, Planning),
        Arguments.of(Verdict.LockHeld, Planning));
  }

  @ParameterizedTest
  @MethodSource("planVerdicts")
  void thePlansVerdictDecides(Verdict verdict, MigrationPhase expected) {
    world.settle().ends(JobRole.Plan, verdict).settle();
    assertThat(world.phase()).isEqualTo(expected);
  }

  static Stream<Arguments> applyVerdicts() {
    return Stream.of(
        Arguments.of(Verdict.Applied, Succeeded),
        Arguments.of(Verdict.Recorded, Succeeded),
        Arguments.of(Verdict.Refused, Failed),
        Arguments.of(Verdict.StepFailed, RollingBack),
        Arguments.of(Verdict.VerificationFailed, RollingBack),
        Arguments.of(Verdict.FailedChangesStay, Failed));
  }

  @ParameterizedTest
  @MethodSource("applyVerdicts")
  void theApplyJobsVerdictDecides(Verdict verdict, MigrationPhase expected) {
    world.applying().ends(JobRole.Apply, verdict).settle();
    assertThat(world.phase()).isEqualTo(expected);
  }

  static Stream<Arguments> lostApply() {
    return Stream.of(
        Arguments.of(Verdict.Untouched, Failed),
        Arguments.of(Verdict.Unfinished, RollingBack),
        Arguments.of(Verdict.Applied, Succeeded),
        Arguments.of(Verdict.Recorded, Succeeded),
        Arguments.of(Verdict.RolledBack, RolledBack),
        Arguments.of(Verdict.RollbackFailed, RollbackFailed),
        Arguments.of(Verdict.Interrupted, Applying));
  }

  @ParameterizedTest
  @MethodSource("lostApply")
  void theHistoryDecidesAfterAnApplyJobWithoutVerdict(Verdict verdict, MigrationPhase expected) {
    for (UnaryOperator<World> loss : losses(JobRole.Apply)) {
      World lost = loss.apply(new World().applying()).settle();
      assertThat(lost.phase()).isEqualTo(Applying);
      lost.ends(JobRole.VerdictAfterApply, verdict).settle();
      assertThat(lost.phase()).isEqualTo(expected);
    }
  }

  static Stream<Arguments> lostRollback() {
    return Stream.of(
        Arguments.of(Verdict.Untouched, RolledBack),
        Arguments.of(Verdict.Unfinished, RollbackFailed),
        Arguments.of(Verdict.Applied, RollbackFailed),
        Arguments.of(Verdict.Recorded, Succeeded),
        Arguments.of(Verdict.RolledBack, RolledBack),
        Arguments.of(Verdict.RollbackFailed, RollbackFailed),
        Arguments.of(Verdict.Interrupted, RollingBack));
  }

  @ParameterizedTest
  @MethodSource("lostRollback")
  void theHistoryDecidesAfterARollbackJobWithoutVerdict(Verdict verdict, MigrationPhase expected) {
    for (UnaryOperator<World> loss : losses(JobRole.Rollback)) {
      World lost = loss.apply(new World().rollingBack()).settle();
      assertThat(lost.phase()).isEqualTo(RollingBack);
      lost.ends(JobRole.VerdictAfterRollback, verdict).settle();
      assertThat(lost.phase()).isEqualTo(expected);
    }
  }

  /// The ways in which a Job ends without a verdict.
  private static List<UnaryOperator<World>> losses(JobRole role) {
    return List.of(
        world -> world.vanishes(role),
        world -> world.dies(role, "BackoffLimitExceeded: too many"),
        world -> world.dies(role, "DeadlineExceeded: too long"),
        world -> world.dies(role, "PodFailurePolicy: exit code 1"),
        world -> world.ends(role, Verdict.Interrupted),
        world -> world.ends(role, Verdict.LockHeld));
  }

  @Test
  void anUnfinishedRunStaysWhenNothingIsToBeRolledBack() {
    world.onFailure(OnFailure.None).applying().vanishes(JobRole.Apply).settle();
    world.ends(JobRole.VerdictAfterApply, Verdict.Unfinished).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().message()).contains("The changes stay");
  }

  @Test
  void aPlanThatCrashedIsReadAndFails() {
    world.settle().dies(JobRole.Plan, "PodFailurePolicy: exit code 1").settle();
    assertThat(world.phase()).isEqualTo(Planning);
    world.dies(JobRole.VerdictAfterPlan, "PodFailurePolicy: exit code 1").settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().message()).contains("exit code 1", "spec.retry");
  }

  @Test
  void aPlanThatCouldNotReachTheDatabaseRunsAgainAfterAMinute() {
    world.settle().ends(JobRole.Plan, Verdict.Interrupted).settle();
    String plan = world.view().jobName(JobRole.Plan);
    assertThat(world.jobs).containsKey(plan);
    assertThat(world.status.message()).contains("said why: Interrupted");
    world.waits(Duration.ofMinutes(1)).step();
    assertThat(world.jobs).doesNotContainKey(plan);
    world.settle();
    assertThat(world.job(JobRole.Plan).isEnded()).isFalse();
    assertThat(world.created).containsEntry(plan, 2);
  }

  @Test
  void aHalfDoneRunGoesOnWithItsBackup() {
    world.applying().vanishes(JobRole.Apply).vanishes(JobRole.Plan).losesStatus().settle();
    world.ends(JobRole.Plan, Verdict.Unfinished).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.backups).hasSize(1);
  }

  // --- Rollback wanted

  @Test
  void rollsBackASucceededMigration() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(Conditions.reason(world.status.conditions(), "Stalled")).isEmpty();
    assertThat(ready(world)).isEqualTo("True");
  }

  @Test
  void whatCannotBeTakenBackStaysApplied() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.refuses(JobRole.Rollback, "UndoDropped").settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(ready(world)).isEqualTo("False");
    assertThat(reason("Stalled")).isEqualTo("NotRolledBack");
    assertThat(reason("Applied")).isEqualTo("Succeeded");
    assertThat(reason("Verified")).isEqualTo("Succeeded");
    assertThat(reason("RolledBack")).isEqualTo("NotRolledBack");
    assertThat(world.status.failure().reason()).isEqualTo("UndoDropped");
    assertThat(world.status.message())
        .contains("as it is told", "Backup " + world.status.backup(), "desiredState to Applied");
    assertThat(world.notes.getLast().reason()).isEqualTo("NotRolledBack");
    MongoMigrationStatus refused = world.status;
    assertThat(world.waits(Duration.ofDays(1)).settle().status).isEqualTo(refused);
  }

  @Test
  void aRefusedRollbackIsLeftByWantingItAppliedAgain() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.refuses(JobRole.Rollback, "UndoDropped").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    world.wants(DesiredState.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(ready(world)).isEqualTo("True");
    assertThat(world.status.failure()).isNull();
  }

  /// Else the old answer would be given, or, worse, taken for what became of the new Job.
  @Test
  void aRollbackThatIsWantedOnceMoreIsTriedOnceMore() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.refuses(JobRole.Rollback, "SuccessorsApplied").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    world.wants(DesiredState.Applied).settle().wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    assertThat(world.job(JobRole.Rollback).isEnded()).isFalse();
    world.vanishes(JobRole.Rollback).settle();
    assertThat(world.job(JobRole.VerdictAfterRollback).isEnded()).isFalse();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Unfinished).settle();
    assertThat(world.phase()).isEqualTo(RollbackFailed);
  }

  @Test
  void aRefusedRollbackIsTriedAgainWithARaisedRetry() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.refuses(JobRole.Rollback, "UndoDropped").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    world.onFailure(OnFailure.Restore).retries(1).settle();
    world.ends(JobRole.VerdictAfterPlan, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
  }

  /// The run may have failed half-way, so nobody knows what the refusal leaves behind.
  @Test
  void aRollbackOfAFailureThatIsRefusedHasFailed() {
    world.applying().ends(JobRole.Apply, Verdict.VerificationFailed).settle();
    world.refuses(JobRole.Rollback, "Refused").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Unfinished).settle();
    assertThat(world.phase()).isEqualTo(RollbackFailed);
  }

  @Test
  void whatAPersonTookBackIsRecordedAsRolledBack() {
    world.rollbackFailed().onFailure(OnFailure.None).retries(1).settle();
    world.ends(JobRole.Rollback, Verdict.RecordedAsRolledBack).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(world.status.message()).contains("recorded", "nothing was run");
  }

  @ParameterizedTest
  @EnumSource(names = {"Pending", "Planning", "BackingUp"})
  void takesNothingBackBeforeAnythingRan(MigrationPhase from) {
    if (from == Pending) {
      world.neighbours.add(neighbour("first", "001", Planning));
      world.settle();
      world.neighbours.clear();
    } else if (from == Planning) {
      world.settle();
    } else {
      world.backingUp();
    }
    assertThat(world.phase()).isEqualTo(from);
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    world.ends(JobRole.VerdictAfterPlan, Verdict.Untouched).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(ready(world)).isEqualTo("True");
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
  }

  /// A resource that was created again with other steps than those that are applied.
  @Test
  void neverClaimsToBeBackWhenTheVersionIsAppliedWithOtherSteps() {
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    world.ends(JobRole.VerdictAfterPlan, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(RollbackFailed);
    assertThat(ready(world)).isEqualTo("False");
  }

  @Test
  void rollsBackWhatAnEarlierResourceApplied() {
    world.wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.VerdictAfterPlan, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void stopsTheApplyJobBeforeItRollsBack() {
    world.applying().wants(DesiredState.RolledBack).step();
    assertThat(world.last).isInstanceOf(Decision.StopJob.class);
    world.settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
    world.vanishes(JobRole.Apply).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void wantingItAppliedAgainAloneDoesNothing() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    world.wants(DesiredState.Applied).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(ready(world)).isEqualTo("False");
    world.retries(1).settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void rollsBackChangesThatStayed() {
    world.applying().ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void aFailureThatChangedNothingIsRolledBackAtOnce() {
    world.refused().wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
  }

  @Test
  void isNotRolledBackUnderASuccessor() {
    world.succeeded();
    world.neighbours.add(neighbour("shop-005", "005", Succeeded));
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(world.status.message()).contains("shop-005");
    world.wants(DesiredState.Applied).settle();
    assertThat(ready(world)).isEqualTo("True");
    assertThat(world.status.message()).doesNotContain("shop-005");
  }

  // --- Again

  @Test
  void aRaisedRetryStartsAgain() {
    for (World ended :
        List.of(new World().refused(), new World().rolledBack(), new World().succeeded())) {
      int before = ended.created.size();
      ended.retries(1).step();
      assertThat(ended.phase()).isEqualTo(Pending);
      ended.settle();
      assertThat(ended.phase()).isEqualTo(Planning);
      assertThat(ended.created).hasSize(before + 1);
      assertThat(ended.status.failure()).isNull();
    }
  }

  /// Their changes are there, whatever became of what was tried after them.
  @Test
  void changesThatStayedAreNotForgottenWhenAnEditedSpecIsRefused() {
    world.onFailure(OnFailure.None).applying();
    world.ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    world.edits(true).settle().ends(JobRole.Plan, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(Conditions.reason(world.status.conditions(), Conditions.APPLIED))
        .contains(Reasons.CHANGES_STAY);
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    assertThat(world.view().job(JobRole.Rollback)).isPresent();
  }

  /// An operator on its way out and the next one may each write when a phase began.
  @Test
  void thePlanIsToldOnceThoughTwoOperatorsWroteTheirOwnTimes() throws Exception {
    world.settle().ends(JobRole.Plan, Verdict.Planned);
    World other = world.copy();
    ObjectMapper json = new ObjectMapper();
    ObjectNode status = json.valueToTree(other.status);
    ((ObjectNode) status.get("phases").get(0)).put("since", "2001-01-01T00:00:00Z");
    other.status = json.treeToValue(status, MongoMigrationStatus.class);
    assertThat(planReady(other.step())).isNotNull().isEqualTo(planReady(world.step()));
  }

  private static String planReady(World world) {
    return world.notes.stream()
        .filter(note -> note.reason().equals("PlanReady"))
        .map(Note::key)
        .findFirst()
        .orElse(null);
  }

  @Test
  void aLoweredRetryDoesNothing() {
    world.retries(2).refused().retries(1).settle();
    assertThat(world.phase()).isEqualTo(Failed);
  }

  @Test
  void anEditedSpecStartsAgainAndSoDoesTheOldOne() {
    world.refused().edits(true).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    world.ends(JobRole.Plan, Verdict.Refused).settle();
    world.edits(false).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    assertThat(world.job(JobRole.Plan).isEnded()).isFalse();
  }

  @Test
  void anOldBackupOfTheSameSpecIsNotTakenForANewOne() {
    world.applying().ends(JobRole.Apply, Verdict.Refused).settle();
    world.edits(true).settle().ends(JobRole.Plan, Verdict.Refused).settle();
    world.edits(false).settle().ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
    assertThat(world.backups).hasSize(2);
  }

  @Test
  void aRetryRaisedInTheMiddleWaitsForTheEnd() {
    world.applying().retries(1).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.status.retry()).isZero();
    world.ends(JobRole.Apply, Verdict.StepFailed).settle();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    assertThat(world.status.retry()).isOne();
  }

  @Test
  void aFailedRollbackIsLeftAloneUntilItIsRetried() {
    world.rollbackFailed();
    World left = world.copy();
    left.waits(Duration.ofDays(30)).wants(DesiredState.RolledBack).settle();
    assertThat(left.phase()).isEqualTo(RollbackFailed);
    assertThat(left.created).isEqualTo(world.created);
    world.retries(1).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    assertThat(world.status.backup()).isNotNull();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
  }

  // --- Order

  @Test
  void waitsForAPredecessorAndSaysWhich() {
    for (MigrationPhase phase : MigrationPhase.values()) {
      World waiting = new World();
      waiting.neighbours.add(neighbour("shop-003", "3", phase));
      waiting.settle();
      if (phase == Succeeded) {
        assertThat(waiting.phase()).isEqualTo(Planning);
      } else {
        assertThat(waiting.phase()).as(phase.name()).isEqualTo(Pending);
        assertThat(waiting.status.message()).contains("shop-003");
      }
    }
  }

  @Test
  void aPredecessorThatIsWantedRolledBackDoesNotBlock() {
    world.neighbours.add(
        new Neighbour("shop-003", "3", World.START, RolledBack, DesiredState.RolledBack));
    world.settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void doesNotStartBesideARunningSuccessor() {
    world.neighbours.add(neighbour("shop-005", "005", Applying));
    world.settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.status.message()).contains("shop-005");
  }

  @Test
  void theYoungerOfTwoEqualVersionsFails() {
    world.neighbours.add(
        new Neighbour("other", "4", World.START.minusSeconds(5), Succeeded, DesiredState.Applied));
    world.settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure().message()).contains("other");
  }

  @Test
  void theOlderOfTwoEqualVersionsRuns() {
    world.neighbours.add(
        new Neighbour("other", "004", World.START.plusSeconds(5), Pending, DesiredState.Applied));
    world.settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void aPredecessorThatFailedIsNamedAndSaidToNeedAPerson() {
    world.neighbours.add(neighbour("shop-003", "3", Failed));
    world.settle();
    assertThat(world.status.message())
        .contains("shop-003 (version 3, Failed)", "will not succeed by itself");
  }

  @Test
  void waitsForWhatItDependsOn() {
    world.sets("{\"dependsOn\": [{\"name\": \"billing-007\"}]}").settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(reason("Reconciling")).isEqualTo(Reasons.WAITING_FOR_DEPENDENCY);
    assertThat(world.status.message()).contains("billing-007", "not there");

    world.dependencies.add(new Dependency("billing-007", RolledBack, List.of()));
    world.settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.status.message()).contains("billing-007 (RolledBack)", "by itself");

    world.dependencies.set(0, new Dependency("billing-007", Succeeded, List.of()));
    world.settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void namesACircleOfDependencies() {
    world.dependencies.add(new Dependency("a", Pending, List.of("c", "b")));
    world.dependencies.add(new Dependency("b", Pending, List.of(World.NAME)));
    world.dependencies.add(new Dependency("c", Pending, List.of("c")));
    world.sets("{\"dependsOn\": [{\"name\": \"a\"}]}").settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(reason("Reconciling")).isEqualTo(Reasons.DEPENDENCY_CYCLE);
    assertThat(world.status.message()).contains("shop-004 needs a needs b needs shop-004");
  }

  @Test
  void namesADependencyThatWaitsForItByItsVersion() {
    world.neighbours.add(neighbour("shop-009", "9", Pending));
    world.dependencies.add(new Dependency("a", Pending, List.of("shop-009")));
    world.dependencies.add(new Dependency("shop-009", Pending, List.of()));
    world.sets("{\"dependsOn\": [{\"name\": \"a\"}]}").settle();
    assertThat(reason("Reconciling")).isEqualTo(Reasons.DEPENDENCY_CYCLE);
    assertThat(world.status.message()).contains("shop-009 (version 9, Pending)");
  }

  @Test
  void aRollbackNamesEverySuccessorAndWaitsForThem() {
    world.succeeded();
    world.neighbours.add(neighbour("shop-005", "5", Succeeded));
    world.neighbours.add(neighbour("shop-006", "6", Succeeded));
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(world.status.message())
        .contains("shop-005", "shop-006", "set desiredState to RolledBack there");

    world.neighbours.replaceAll(
        it ->
            new Neighbour(
                it.name(), it.version(), it.created(), it.phase(), DesiredState.RolledBack));
    world.settle();
    assertThat(world.status.message()).startsWith("waits until shop-005");
    world.neighbours.replaceAll(
        it ->
            new Neighbour(
                it.name(), it.version(), it.created(), RolledBack, DesiredState.RolledBack));
    world.settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  // --- Obstacles

  @Test
  void saysWhatKeepsThePodFromStarting() {
    world.settle().meets(JobRole.Plan, new Obstacle("SecretMissing", "Secret x is missing"));
    world.settle();
    assertThat(world.status.message()).isEqualTo("Secret x is missing");
    assertThat(Conditions.reason(world.status.conditions(), "Reconciling"))
        .contains("SecretMissing");
    assertThat(world.notes)
        .anySatisfy(
            note -> {
              assertThat(note.warning()).isTrue();
              assertThat(note.reason()).isEqualTo("SecretMissing");
            });
  }

  @Test
  void givesALostManifestBack() {
    world.settle().meets(JobRole.Plan, new Obstacle(Obstacle.MANIFEST_MISSING, "gone")).step();
    assertThat(world.last).isInstanceOf(Decision.StartJob.class);
  }

  // --- Lost statuses

  static Stream<Arguments> places() {
    return Stream.of(
        place("planning", world -> world.settle()),
        place("backing up", World::backingUp),
        place("backed up", world -> world.backingUp().backupEnds(BackupPhase.Succeeded)),
        place("applying", World::applying),
        place("applied", World::succeeded),
        place("refused", World::refused),
        place("rolling back", World::rollingBack),
        place("rolled back", World::rolledBack),
        place("rollback failed", World::rollbackFailed),
        place(
            "rollback wanted", world -> world.succeeded().wants(DesiredState.RolledBack).settle()),
        place(
            "reading after a lost apply Job",
            world ->
                world.applying().dies(JobRole.Apply, "BackoffLimitExceeded: too many").settle()));
  }

  private static Arguments place(String name, UnaryOperator<World> way) {
    return Arguments.of(name, way);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void aLostStatusLeadsToTheSamePlace(String name, UnaryOperator<World> way) {
    World kept = way.apply(new World());
    World lost = way.apply(new World()).losesStatus();
    kept.settle();
    lost.settle();
    assertThat(lost.phase()).isEqualTo(kept.phase());
    assertThat(lost.jobs.keySet()).isEqualTo(kept.jobs.keySet());
    assertThat(lost.created).isEqualTo(kept.created);
    assertThat(lost.backups.keySet()).isEqualTo(kept.backups.keySet());
    assertThat(lost.status.specHash()).isEqualTo(kept.status.specHash());
  }

  static Stream<Arguments> histories() {
    return Stream.of(
        Arguments.of((UnaryOperator<World>) World::succeeded, Verdict.Applied, Succeeded),
        Arguments.of((UnaryOperator<World>) World::succeeded, Verdict.Recorded, Succeeded),
        Arguments.of((UnaryOperator<World>) World::rolledBack, Verdict.RolledBack, RolledBack),
        Arguments.of((UnaryOperator<World>) World::refused, Verdict.Refused, Failed),
        Arguments.of(
            (UnaryOperator<World>) World::rollbackFailed, Verdict.RollbackFailed, RollbackFailed),
        Arguments.of((UnaryOperator<World>) World::applying, Verdict.Unfinished, Applying));
  }

  @ParameterizedTest
  @MethodSource("histories")
  void withNeitherStatusNorJobsTheHistoryAnswers(
      UnaryOperator<World> way, Verdict history, MigrationPhase expected) {
    World lost = way.apply(world).losesStatus();
    lost.jobs.clear();
    lost.settle();
    assertThat(lost.phase()).isEqualTo(Planning);
    lost.ends(JobRole.Plan, history).settle();
    assertThat(lost.phase()).isEqualTo(expected);
  }

  // --- Restores of the same database

  @Test
  void waitsForARestoreOfTheSameDatabase() {
    world.restores.add(restore(true, null));
    world.settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.status.message())
        .isEqualTo("waits for MongoRestore back, which runs on the same database");
    world.restores.clear();
    world.settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @Test
  void doesNotApplyBesideARestore() {
    world.backingUp();
    world.restores.add(restore(true, null));
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    world.restores.clear();
    world.settle();
    assertThat(world.phase()).isEqualTo(Applying);
  }

  @Test
  void aRestoreOfOlderDataTakesAMigrationAway() {
    world.succeeded();
    world.restores.add(restore(false, world.now.plusSeconds(1)));
    world.settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
    assertThat(world.status.message()).contains("MongoRestore back", "spec.retry");
    assertThat(ready(world)).isEqualTo("False");
    world.retries(1).settle();
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    world.backupEnds(BackupPhase.Succeeded).settle();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).as("the restore was before").isEqualTo(Succeeded);
  }

  @Test
  void aRestoreThatWasThereBeforeTakesNothingAway() {
    world.restores.add(restore(false, World.START.minusSeconds(1)));
    world.succeeded().settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
  }

  private static TargetRun restore(boolean running, Instant completed) {
    return new TargetRun(
        "MongoRestore back",
        "back",
        running,
        running,
        completed,
        completed == null ? List.of() : List.of("4"));
  }

  // --- Pieces

  // --- Deletion

  @Test
  void aDeletedMigrationSaysWhichJobItWaitsForAndUntilWhen() {
    world.applying();
    Instant deadline = world.now.plusSeconds(600);
    Cleanup cleanup = Cleanup.decide(world.view(), deadline);
    assertThat(cleanup.isOver()).isFalse();
    assertThat(cleanup.stop()).containsExactly(world.view().jobName(JobRole.Apply));
    Decision<MigrationStanding> waiting = Cleanup.waiting(world.view(), deadline);
    world.status = MigrationStatusProjection.project(world.view(), waiting);
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(reason("Reconciling")).isEqualTo("Deleting");
    assertThat(world.status.message())
        .contains(world.view().jobName(JobRole.Apply), "at most until 2026-01-01T00:10");

    world.waits(Duration.ofSeconds(601));
    Cleanup late = Cleanup.decide(world.view(), deadline);
    assertThat(late.isOver()).as("it never hangs for ever").isTrue();
    assertThat(late.notes()).singleElement().extracting(Note::warning).isEqualTo(true);
  }

  @Test
  void aSuspendedJobIsStoppedByDeletion() {
    world.applying().suspends(true).settle();
    assertThat(Cleanup.decide(world.view(), world.now.plusSeconds(9)).stop()).hasSize(1);
  }

  // --- Approval

  private static final String HASH = "sha256:ab";

  @Test
  void waitsForApprovalOfItsPlanAndSaysWhatToSet() {
    world.sets("{\"approval\": {\"required\": true}}");
    world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(reason("Reconciling")).isEqualTo(Reasons.WAITING_FOR_APPROVAL);
    assertThat(world.status.message()).contains("spec.approval.planHash to " + HASH);
    assertThat(world.status.plan().hash()).isEqualTo(HASH);
    assertThat(world.backups).isEmpty();
    assertThat(world.notes)
        .anySatisfy(note -> assertThat(note.reason()).isEqualTo("WaitingForApproval"));

    world.sets("{\"approval\": {\"planHash\": \"sha256:other\"}}").settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.status.message()).contains("that of another plan");

    world.sets("{\"approval\": {\"planHash\": \"%s\"}}".formatted(HASH)).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
    assertThat(world.created.values()).containsOnly(1);
  }

  /// The plan Job goes by its time to live; people take days.
  @Test
  void waitsForApprovalWithoutPlanningAgain() {
    world.sets("{\"approval\": {\"required\": true}}");
    world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
    world.vanishes(JobRole.Plan).settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.status.plan().hash()).isEqualTo(HASH);
    assertThat(reason("Reconciling")).isEqualTo(Reasons.WAITING_FOR_APPROVAL);
    assertThat(world.view().job(JobRole.Plan)).isEmpty();
    world.sets("{\"approval\": {\"planHash\": \"%s\"}}".formatted(HASH)).settle();
    assertThat(world.phase()).as("the database may be another by now").isEqualTo(Planning);
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
  }

  @Test
  void anEditedManifestIsPlannedAnewAndNeedsAnotherApproval() {
    world.sets("{\"approval\": {\"required\": true}}");
    world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
    world.edits(true).settle();
    assertThat(world.phase()).isEqualTo(Planning);
    assertThat(world.status.plan()).isNull();
    assertThat(world.created).hasSize(2);
  }

  @Test
  void approvalBeforehandNeedsNoWaiting() {
    world.sets("{\"approval\": {\"required\": true, \"planHash\": \"%s\"}}".formatted(HASH));
    world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
  }

  @Test
  void aRollbackThatIsWantedNeedsNoApproval() {
    world.sets("{\"approval\": {\"required\": true}}");
    world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
    world.wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.VerdictAfterPlan, Verdict.Untouched).settle();
    assertThat(world.phase()).isEqualTo(RolledBack);
  }

  // --- Baseline

  @Test
  void recordsAsAppliedAndRunsNothing() {
    world.wants(DesiredState.Baselined).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.created.keySet()).hasSize(1).allMatch(job -> job.contains("-baseline-"));
    assertThat(world.status.phases()).extracting(it -> it.phase()).contains("Planning");

    world.ends(JobRole.Baseline, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Ready")).isEqualTo("Recorded");
    assertThat(reason("Applied")).isEqualTo("Recorded");
    assertThat(reason("Verified")).isNull();
    assertThat(world.created).hasSize(1);
    assertThat(world.backups).isEmpty();
    world.wants(DesiredState.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(world.created).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = MigrationPhase.class,
      names = {"Failed", "RolledBack", "RollbackFailed"})
  void recordsWhatAPersonFinishedByHand(MigrationPhase ended) {
    switch (ended) {
      case Failed -> world.refused();
      case RolledBack -> world.rolledBack();
      default -> world.rollbackFailed();
    }
    assertThat(world.phase()).isEqualTo(ended);
    world.wants(DesiredState.Baselined).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    world.ends(JobRole.Baseline, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Stalled")).isNull();
  }

  @Test
  void aRefusedRecordIsNotTriedAgainByItself() {
    world.wants(DesiredState.Baselined).settle().ends(JobRole.Baseline, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    world.vanishes(JobRole.Baseline).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    world.retries(1).settle();
    assertThat(world.phase()).isEqualTo(Applying);
  }

  @Test
  void aRecordingJobThatIsNotSeenIsCreatedAgainAndNothingElse() {
    world.wants(DesiredState.Baselined).settle().vanishes(JobRole.Baseline).step();
    assertThat(world.last)
        .isInstanceOfSatisfying(
            Decision.StartJob.class, start -> assertThat(start.role()).isEqualTo(JobRole.Baseline));
    assertThat(world.created).hasSize(1);
  }

  @Test
  void aRunIsNotLeftHalfWayToBeRecorded() {
    world.applying().wants(DesiredState.Baselined).settle();
    assertThat(world.job(JobRole.Apply).isEnded()).isFalse();
    assertThat(world.view().job(JobRole.Baseline)).isEmpty();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
  }

  @Test
  void aRollbackThatIsWantedWhileItIsRecordedWaitsForThat() {
    world.wants(DesiredState.Baselined).settle().wants(DesiredState.RolledBack).settle();
    assertThat(world.created).hasSize(1);
    world.ends(JobRole.Baseline, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Stalled")).isEqualTo("NotRolledBack");
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
  }

  /// Nobody can have repaired by hand what had not happened yet.
  @ParameterizedTest
  @EnumSource(
      value = MigrationPhase.class,
      names = {"Failed", "RollbackFailed"})
  void whatWasToBeRecordedBeforeItFailedIsNot(MigrationPhase ended) {
    if (ended == Failed) {
      world.onFailure(OnFailure.None).applying().wants(DesiredState.Baselined).settle();
      world.ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    } else {
      world.applying().wants(DesiredState.Baselined).settle();
      world.ends(JobRole.Apply, Verdict.VerificationFailed).settle();
      world.ends(JobRole.Rollback, Verdict.RollbackFailed).settle();
    }
    assertThat(world.phase()).isEqualTo(ended);
    assertThat(world.view().job(JobRole.Baseline)).isEmpty();
    world.wants(DesiredState.Applied).settle().wants(DesiredState.Baselined).settle();
    assertThat(world.phase()).isEqualTo(Applying);
  }

  @Test
  void aRefusedRecordLeavesARollbackFailed() {
    world.rollbackFailed().wants(DesiredState.Baselined).settle();
    assertThat(reason("Applied")).isEqualTo("RollbackFailed");
    world.ends(JobRole.Baseline, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(RollbackFailed);
    assertThat(reason("Stalled")).isNotNull();
  }

  @Test
  void aRefusedRecordDoesNotForgetChangesThatStay() {
    world.onFailure(OnFailure.None).applying();
    world.ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    world.wants(DesiredState.Baselined).settle().ends(JobRole.Baseline, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(reason("Applied")).isEqualTo("ChangesStay");
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void aRefusedRunDoesNotForgetChangesThatStay() {
    world.onFailure(OnFailure.None).applying();
    world.ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    world.edits(true).settle().ends(JobRole.Plan, Verdict.Planned).settle();
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    world.ends(JobRole.Apply, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(reason("Applied")).isEqualTo("ChangesStay");
  }

  @Test
  void aRecordThatEndsWhenItIsNotWantedAnyMoreIsHeard() {
    world.rolledBack().wants(DesiredState.Baselined).settle();
    world.wants(DesiredState.Applied).settle();
    world.ends(JobRole.Baseline, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Applied")).isEqualTo("Recorded");
  }

  /// The apply Job of a run that was rolled back stays for a while; it says nothing of a record.
  @Test
  void aRecordThatIsHeldAndThenNotWantedIsNoSuccess() {
    world.succeeded().wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    world.vanishes(JobRole.Rollback);
    assertThat(world.view().job(JobRole.Apply)).isPresent();
    world.suspends(true).wants(DesiredState.Baselined).settle();
    world.suspends(false).wants(DesiredState.Applied).settle();
    assertThat(world.phase()).isNotEqualTo(Succeeded);
  }

  static Stream<Arguments> recordings() {
    return Stream.of(
        place(
            "recorded now",
            it ->
                it.wants(DesiredState.Baselined)
                    .settle()
                    .ends(JobRole.Baseline, Verdict.Recorded)
                    .settle()),
        place("the plan finds it", it -> it.settle().ends(JobRole.Plan, Verdict.Recorded).settle()),
        place(
            "the plan's Job is lost",
            it ->
                it.settle()
                    .dies(JobRole.Plan, "PodFailurePolicy: exit code 1")
                    .settle()
                    .ends(JobRole.VerdictAfterPlan, Verdict.Recorded)
                    .settle()),
        place(
            "the apply Job finds it",
            it -> it.applying().ends(JobRole.Apply, Verdict.Recorded).settle()),
        place(
            "the apply Job is lost",
            it ->
                it.applying()
                    .vanishes(JobRole.Apply)
                    .settle()
                    .ends(JobRole.VerdictAfterApply, Verdict.Recorded)
                    .settle()),
        place(
            "found after a retry",
            it ->
                it.rolledBack().retries(1).settle().ends(JobRole.Plan, Verdict.Recorded).settle()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recordings")
  void whatIsOnlyRecordedIsNotCalledVerified(String name, UnaryOperator<World> way) {
    way.apply(world);
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(ready(world)).isEqualTo("True");
    assertRecorded();
    assertThat(world.status.phases()).extracting(it -> it.phase()).endsWith("Succeeded");
    assertThat(world.status.phases().reversed().get(1).phase()).isNotEqualTo("Verifying");
    assertThat(world.notes.getLast().reason()).isEqualTo("MigrationSucceeded");
    assertThat(world.notes.getLast().message()).isEqualTo(world.status.message());

    world.wants(DesiredState.RolledBack).settle();
    assertThat(reason("Stalled")).isEqualTo("NotRolledBack");
    assertThat(reason("Applied")).isEqualTo("Recorded");
    assertThat(reason("Verified")).isNull();
    world.wants(DesiredState.Applied).settle();
    assertRecorded();
  }

  private void assertRecorded() {
    assertThat(world.status.message())
        .isEqualTo("is recorded as applied in the database's history; nothing was run");
    assertThat(reason("Ready")).isEqualTo("Recorded");
    assertThat(reason("Applied")).isEqualTo("Recorded");
    assertThat(reason("Verified")).isNull();
  }

  /// Nothing was recorded, because it was applied and verified before.
  @Test
  void whatIsToBeRecordedAndWasAppliedIsCalledVerified() {
    world.wants(DesiredState.Baselined).settle().ends(JobRole.Baseline, Verdict.Applied).settle();
    assertThat(reason("Ready")).isEqualTo("Succeeded");
    assertThat(reason("Verified")).isEqualTo("Succeeded");
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void aWantedRollbackOfWhatIsOnlyRecordedDoesNotCallItVerifiedOnTheWay() {
    world.wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.VerdictAfterPlan, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Applied")).isEqualTo("Recorded");
    assertThat(reason("Verified")).isNull();
  }

  @Test
  void aLostRollbackOfWhatIsOnlyRecordedSaysThatThereIsNothingToTakeBack() {
    world.succeeded().wants(DesiredState.RolledBack).settle().vanishes(JobRole.Rollback).settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Recorded).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
    assertThat(reason("Stalled")).isEqualTo("NotRolledBack");
    assertThat(world.status.failure().message())
        .contains("only recorded as applied", "nothing to take back");
  }

  // --- Suspension

  @Test
  void aSuspendedMigrationStartsNothing() {
    world.suspends(true).settle();
    assertThat(world.phase()).isEqualTo(Pending);
    assertThat(world.created).isEmpty();
    assertThat(reason("Reconciling")).isEqualTo("Suspended");
    assertThat(world.status.message()).contains("spec.suspend to false");
    world.suspends(false).settle();
    assertThat(world.phase()).isEqualTo(Planning);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobRole.class,
      names = {"Plan", "Apply", "Rollback"})
  void aJobThatRunsIsStoppedAndGoesOn(JobRole role) {
    switch (role) {
      case Plan -> world.settle();
      case Apply -> world.applying();
      default -> world.rollingBack();
    }
    MigrationPhase phase = world.phase();
    world.suspends(true).step();
    assertThat(world.last)
        .isInstanceOfSatisfying(Decision.SuspendJob.class, it -> assertThat(it.suspend()).isTrue());
    world.settle();
    assertThat(world.phase()).isEqualTo(phase);
    assertThat(reason("Ready")).isEqualTo("Suspended");
    assertThat(world.job(role).state()).isEqualTo(JobView.State.Suspended);

    world.suspends(false).settle();
    assertThat(world.job(role).state()).isEqualTo(JobView.State.Active);
    assertThat(reason("Ready")).isNotEqualTo("Suspended");
    assertThat(world.created.values()).containsOnly(1);
  }

  @Test
  void aBackupRunsToItsEndAndNothingIsAppliedAfterIt() {
    world.backingUp().suspends(true).settle().backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.phase()).isEqualTo(BackingUp);
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    world.suspends(false).settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.backups).hasSize(1);
  }

  @Test
  void aRunThatFailedWhileItStoppedIsTakenBackLater() {
    world
        .applying()
        .suspends(true)
        .settle()
        .ends(JobRole.Apply, Verdict.VerificationFailed)
        .settle();
    assertThat(world.phase()).isEqualTo(Applying);
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
    world.suspends(false).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
    assertThat(world.status.failure().reason()).isEqualTo("VerificationFailed");
  }

  @Test
  void aRunThatSucceededWhileItStoppedHasSucceeded() {
    world.applying().suspends(true).settle().ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(Succeeded);
  }

  @Test
  void aSuspendedRunIsStoppedForGoodWhenARollbackIsWanted() {
    world.applying().suspends(true).settle().wants(DesiredState.RolledBack).step();
    assertThat(world.last).isInstanceOf(Decision.StopJob.class);
    world.vanishes(JobRole.Apply).settle();
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
    world.suspends(false).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  @Test
  void whyAMigrationFailedStaysWhileItsRollbackIsSuspended() {
    world.onFailure(OnFailure.None).applying();
    world.ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    world.suspends(true).wants(DesiredState.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(Failed);
    assertThat(world.status.failure()).isNotNull();
    world.suspends(false).settle();
    assertThat(world.phase()).isEqualTo(RollingBack);
  }

  private String reason(String condition) {
    return Conditions.reason(world.status.conditions(), condition).orElse(null);
  }

  private static Neighbour neighbour(String name, String version, MigrationPhase phase) {
    return new Neighbour(name, version, World.START, phase, DesiredState.Applied);
  }

  private static RunProgress verifying() {
    return new RunProgress(
        1, RunProgress.Activity.Verifying, null, 3, 3, null, null, 100, null, null, "checks");
  }

  private static String ready(World world) {
    return world.status.conditions().stream()
        .filter(it -> it.getType().equals("Ready"))
        .findFirst()
        .orElseThrow()
        .getStatus();
  }
}
