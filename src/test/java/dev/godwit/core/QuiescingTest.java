package dev.godwit.core;

import static dev.godwit.core.World.API;
import static dev.godwit.core.World.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.ScaledWorkload;
import dev.godwit.api.v1alpha1.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Workloads that must not run while the database is changed.
class QuiescingTest {

  private static final Instant FAR = World.START.plus(Duration.ofDays(1));
  private static final Workload.Mark ANOTHERS = new Workload.Mark("another", "shop-003", 5);

  private final World world = new World().quiesces();

  private World planned() {
    return world.settle().ends(JobRole.Plan, Verdict.Planned).settle();
  }

  private World applying() {
    return planned().podsEnd().settle().backupEnds(BackupPhase.Succeeded).settle();
  }

  private void areDown() {
    assertThat(world.replicas(API)).isZero();
    assertThat(world.replicas(QUEUE)).isZero();
  }

  private void areBack() {
    assertThat(world.replicas(API)).isEqualTo(3);
    assertThat(world.replicas(QUEUE)).isEqualTo(1);
    assertThat(world.workloads.values()).allMatch(it -> it.mark() == null);
    assertThat(world.settle().status.quiesced()).isNull();
  }

  // --- Before

  @Test
  void thePlanIsMadeWhileTheyRun() {
    world.settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Planning);
    assertThat(world.replicas(API)).isEqualTo(3);
  }

  @Test
  void theBackupSeesAQuietDatabase() {
    planned();
    areDown();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Planning);
    assertThat(world.backups).isEmpty();
    assertThat(world.status.message())
        .contains("Deployment shop-api", "StatefulSet shop-queue", "shop-api-0, shop-queue-0");
    assertThat(world.status.quiesced())
        .containsExactly(
            new ScaledWorkload(WorkloadKind.Deployment, "shop-api", 3),
            new ScaledWorkload(WorkloadKind.StatefulSet, "shop-queue", 1));
    assertThat(world.workloads.get(API).mark()).isEqualTo(mark(3));
    world.podsEnd().settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.BackingUp);
  }

  @Test
  void withoutABackupTheyAreDownBeforeTheStepsRun() {
    world.backupPolicy(BackupPolicy.Never);
    planned();
    areDown();
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    world.podsEnd().settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Applying);
  }

  @Test
  void aMissingWorkloadIsSaidBeforeAnythingIsTouched() {
    world.workloads.remove(QUEUE);
    world.settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(world.status.message()).contains("StatefulSet shop-queue", "missing");
    assertThat(world.created).isEmpty();
    assertThat(world.replicas(API)).isEqualTo(3);
    world.deploys(QUEUE, 1).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Planning);
  }

  @Test
  void aWorkloadThatGoesWhileItIsPlannedHoldsTheOthersBackToo() {
    world.settle().workloads.remove(QUEUE);
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(world.replicas(API)).isEqualTo(3);
  }

  @Test
  void aWorkloadThatGoesWhenAllAreDownGivesTheOthersBack() {
    planned();
    areDown();
    world.workloads.remove(QUEUE);
    world.settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(world.status.message()).contains("StatefulSet shop-queue", "missing");
    assertThat(world.replicas(API)).isEqualTo(3);
  }

  @Test
  void withoutTheRightItSaysWhatToSet() {
    world.forbids(API).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(world.status.message()).contains("quiesce.enabled", "Deployment shop-api");
    assertThat(world.created).isEmpty();
  }

  @Test
  void whatAnotherMigrationHoldsIsWaitedForAndItsCountNotTaken() {
    world.settle().scales(API, 0).marks(API, ANOTHERS);
    world.ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.status.message()).contains("waits for MongoMigration shop-003");
    assertThat(world.replicas(QUEUE)).as("none of them, or all").isEqualTo(1);
    assertThat(world.workloads.get(API).mark()).isEqualTo(ANOTHERS);
    world.scales(API, 5).marks(API, null).settle();
    assertThat(world.workloads.get(API).mark()).isEqualTo(mark(5));
  }

  @Test
  void oneThatWasAtZeroStaysThere() {
    world.scales(API, 0);
    applying();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.replicas(API)).isZero();
    assertThat(world.workloads.get(API).mark()).isNull();
    assertThat(world.replicas(QUEUE)).isEqualTo(1);
    assertThat(world.status.quiesced()).isNull();
  }

  // --- Back

  @Test
  void theyAreBackAfterSuccess() {
    applying().ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Succeeded);
    areBack();
    assertThat(world.notes)
        .extracting(Note::reason)
        .contains("ScaledDown", "ScaledBack")
        .doesNotContain(Reasons.WORKLOAD_SCALED_UP);
  }

  @Test
  void theyAreBackWhenARollbackIsRefusedAndNothingWasTouched() {
    applying().ends(JobRole.Apply, Verdict.Applied).settle();
    areBack();
    world.wants(DesiredState.RolledBack).settle().podsEnd().settle();
    areDown();
    world.refuses(JobRole.Rollback, "UndoDropped").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Succeeded);
    areBack();
  }

  @Test
  void theyAreBackAfterARollback() {
    applying().ends(JobRole.Apply, Verdict.VerificationFailed).settle();
    areDown();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.RolledBack);
    areBack();
  }

  @Test
  void theyAreBackWhenNothingWasChanged() {
    applying().ends(JobRole.Apply, Verdict.Refused).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Failed);
    areBack();
  }

  @Test
  void theyAreBackWhenTheBackupFails() {
    planned().podsEnd().settle().backupEnds(BackupPhase.Failed).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Failed);
    areBack();
  }

  @Test
  void theyStayDownWhenARollbackFailsAndItSaysSo() {
    applying().ends(JobRole.Apply, Verdict.VerificationFailed).settle();
    world.ends(JobRole.Rollback, Verdict.RollbackFailed).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.RollbackFailed);
    areDown();
    String said = world.status.message();
    assertThat(said)
        .contains(
            "Still scaled to zero: Deployment shop-api (3 before), StatefulSet shop-queue (1");
    assertThat(world.settle().status.message()).isEqualTo(said);
    world.retries(1).settle().ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.RolledBack);
    areBack();
  }

  @Test
  void theyStayDownWhereChangesStay() {
    world.onFailure(OnFailure.None);
    applying().ends(JobRole.Apply, Verdict.FailedChangesStay).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Failed);
    areDown();
    world.wants(DesiredState.RolledBack).settle();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    areBack();
  }

  @Test
  void whoScalesUpAfterAFailedRollbackIsLeftAlone() {
    applying().ends(JobRole.Apply, Verdict.VerificationFailed).settle();
    world.ends(JobRole.Rollback, Verdict.RollbackFailed).settle();
    world.scales(API, 2).settle();
    assertThat(world.replicas(API)).isEqualTo(2);
    assertThat(world.workloads.get(API).mark()).isNull();
    assertThat(world.status.message()).doesNotContain("shop-api").contains("shop-queue");
  }

  @Test
  void aWantedRollbackIsQuietToo() {
    applying().ends(JobRole.Apply, Verdict.Applied).settle();
    areBack();
    world.wants(DesiredState.RolledBack).settle();
    areDown();
    assertThat(world.view().job(JobRole.Rollback)).isEmpty();
    world.podsEnd().settle().ends(JobRole.Rollback, Verdict.RolledBack).settle();
    areBack();
  }

  @Test
  void aRollbackWaitsForNoWorkloadThatIsGoneForbiddenOrAnothers() {
    applying().ends(JobRole.Apply, Verdict.Applied).settle();
    world.workloads.remove(QUEUE);
    world.marks(API, ANOTHERS);
    world.wants(DesiredState.RolledBack).settle();
    assertThat(world.view().job(JobRole.Rollback)).isPresent();
  }

  @Test
  void theAnnotationIsEnoughWhenTheStatusIsLost() {
    applying().losesStatus().settle();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    areBack();
  }

  @Test
  void theStatusIsEnoughWhenTheAnnotationIsLost() {
    applying().marks(API, null).settle();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    areBack();
  }

  @Test
  void aLostRightDelaysTheEndAndSaysSo() {
    applying();
    Workload down = world.workloads.get(API);
    world.forbids(API).ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Applying);
    assertThat(world.status.message()).contains("lost the right", "quiesce.enabled");
    world.workloads.put(API, down);
    world.settle();
    assertThat(world.phase()).isEqualTo(MigrationPhase.Succeeded);
    areBack();
  }

  // --- Meanwhile

  @Test
  void onesThatComeBackStopTheRunAndAreNotFoughtOver() {
    applying().scales(API, 2).settle();
    assertThat(world.job(JobRole.Apply).state()).isEqualTo(JobView.State.Suspended);
    assertThat(world.status.message()).contains("Deployment shop-api was scaled up meanwhile");
    assertThat(world.replicas(API)).isEqualTo(2);
    world.scales(API, 0).settle();
    assertThat(world.job(JobRole.Apply).state()).isEqualTo(JobView.State.Active);
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    areBack();
  }

  @Test
  void theCountThatSomebodySetMeanwhileStays() {
    applying().scales(API, 7).ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(world.replicas(API)).isEqualTo(7);
    assertThat(world.workloads.get(API).mark()).isNull();
    assertThat(world.replicas(QUEUE)).isEqualTo(1);
  }

  @Test
  void oneThatComesBackDuringTheBackupHoldsTheStepsBack() {
    planned().podsEnd().settle().scales(API, 2);
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    assertThat(world.status.message()).contains("scaled up meanwhile");
    world.scales(API, 0).settle();
    assertThat(world.view().job(JobRole.Apply)).isPresent();
  }

  @Test
  void oneThatIsReplacedWithoutItsMarkIsNotFoughtOverEither() {
    planned().podsEnd().settle().marks(API, null).scales(API, 2);
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.view().job(JobRole.Apply)).isEmpty();
    assertThat(world.replicas(API)).isEqualTo(2);
    assertThat(world.status.message()).contains("scaled up meanwhile");
  }

  @Test
  void suspendedTheyStayDownAndItSaysSo() {
    applying().suspends(true).settle();
    areDown();
    assertThat(world.status.message())
        .contains("suspended", "scaled to zero meanwhile: Deployment shop-api (3 before)");
    world.scales(API, 1).suspends(false).settle();
    assertThat(world.job(JobRole.Apply).state()).isEqualTo(JobView.State.Suspended);
    world.scales(API, 0).settle();
    assertThat(world.job(JobRole.Apply).state()).isEqualTo(JobView.State.Active);
  }

  @Test
  void suspendedBeforehandNothingIsScaled() {
    world.settle().suspends(true).ends(JobRole.Plan, Verdict.Planned).settle();
    assertThat(world.replicas(API)).isEqualTo(3);
  }

  // --- Deleted

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"RollbackFailed", "Interrupted"})
  void aDeletedMigrationGivesThemBack(Verdict verdict) {
    applying().ends(JobRole.Apply, verdict);
    Cleanup cleanup = Cleanup.decide(world.view(), FAR);
    assertThat(cleanup.isOver()).isTrue();
    assertThat(cleanup.giveBack())
        .extracting(it -> it.workload() + " " + it.replicas())
        .containsExactly(API + " 3", QUEUE + " 1");
  }

  @Test
  void aDeletedMigrationGivesThemBackOnlyWhenItsJobHasStopped() {
    Cleanup cleanup = Cleanup.decide(applying().view(), FAR);
    assertThat(cleanup.isOver()).isFalse();
    assertThat(cleanup.giveBack()).isEmpty();
  }

  @Test
  void aDeletionWaitsForTheRightButNotForEver() {
    applying().ends(JobRole.Apply, Verdict.Interrupted).forbids(API);
    assertThat(Cleanup.decide(world.view(), FAR).isOver()).isFalse();
    assertThat(Cleanup.waiting(world.view(), FAR).standing().message())
        .contains("the right to scale Deployment shop-api back");
    Cleanup late = Cleanup.decide(world.view(), World.START.minusSeconds(1));
    assertThat(late.isOver()).isTrue();
    assertThat(late.notes()).extracting(Note::reason).containsExactly("WorkloadsLeftDown");
    assertThat(late.giveBack()).extracting(Scaling::workload).containsExactly(QUEUE);
  }

  private static Workload.Mark mark(int replicas) {
    return new Workload.Mark(World.UID, World.NAME, replicas);
  }
}
