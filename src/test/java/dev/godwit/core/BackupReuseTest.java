package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `backup.reuseYoungerThan`.
class BackupReuseTest {

  private static final String NIGHTLY = "nightly";
  private static final String POSITION = "3.7";
  private static final BackupStorage ELSEWHERE =
      new BackupStorage(null, new PersistentVolumeClaimStorage("nightly", null));

  private final World world = new World().reuses("2h");

  private ReusableBackup backup(
      String name, BackupPhase phase, Duration age, List<String> collections, String position) {
    return new ReusableBackup(
        new BackupState(
            name,
            "",
            -1,
            world.now.minus(age),
            false,
            phase,
            ELSEWHERE,
            phase == BackupPhase.Succeeded ? name + ".uid" : null,
            "complete",
            null),
        true,
        collections,
        world.now.minus(age),
        position);
  }

  private ReusableBackup young() {
    return backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(1), List.of(), POSITION);
  }

  private void plan(String position, List<String> collections) {
    world.settle();
    world.ends(
        JobRole.Plan,
        new RunResult(
            Verdict.Planned,
            "shop",
            1,
            "sha256:cd",
            new PlanSummary(collections, List.of(), 1000, true, "sha256:ab")
                .at(4_200_000L, position),
            null,
            null,
            null,
            null,
            null));
    world.settle();
  }

  private void plan() {
    plan(POSITION, List.of("audit", "users"));
  }

  @Test
  void aYoungBackupOfTheWholeDatabaseIsUsedAgain() {
    world.reusable.add(young());
    plan();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.Applying);
    assertThat(world.backups).as("none is taken").isEmpty();
    assertThat(world.status.backup()).isEqualTo(NIGHTLY);
    assertThat(Conditions.reason(world.status.conditions(), Conditions.BACKED_UP))
        .contains(Reasons.REUSED);
    assertThat(world.notes)
        .filteredOn(note -> note.reason().equals("BackupReused"))
        .singleElement()
        .satisfies(note -> assertThat(note.message()).contains(NIGHTLY, "1h0m", "are not in it"));
    assertThat(world.notes)
        .extracting(Note::reason)
        .contains("MigrationStarted")
        .doesNotContain("BackupStarted", "BackupCompleted");
  }

  @Test
  void itIsPinnedWhileItMayBeNeeded() {
    world.reusable.add(young());
    plan();
    assertThat(pinned()).containsExactly(NIGHTLY);
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    assertThat(pinned()).isEmpty();
  }

  private Set<String> pinned() {
    MongoMigration migration = new MongoMigration();
    migration.setSpec(world.spec);
    migration.setStatus(world.status);
    return BackupUse.by(migration);
  }

  /// It is what the refusal names, and what the next try is to restore.
  @Test
  void aRefusedRollbackKeepsItAlsoWhenItIsTriedAgain() {
    world.reusable.add(young());
    plan();
    world.ends(JobRole.Apply, Verdict.Applied).settle();
    world.wants(DesiredState.RolledBack).settle().refuses(JobRole.Rollback, "UndoDropped").settle();
    world.ends(JobRole.VerdictAfterRollback, Verdict.Applied).settle();
    assertThat(world.status.message()).contains("Backup " + NIGHTLY);
    assertThat(pinned()).containsExactly(NIGHTLY);

    world.onFailure(OnFailure.Restore).retries(1).settle();
    assertThat(pinned()).containsExactly(NIGHTLY);
    world.ends(JobRole.VerdictAfterPlan, Verdict.Applied).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.RollingBack);
    assertThat(world.view().backupToRestore()).isPresent();
    assertThat(pinned()).containsExactly(NIGHTLY);
  }

  @Test
  void aRollbackRestoresFromWhereItIs() {
    world.reusable.add(young());
    plan();
    world.ends(JobRole.Apply, Verdict.StepFailed).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.RollingBack);
    assertThat(world.view().backupToRestore())
        .hasValueSatisfying(
            used -> {
              assertThat(used.name()).isEqualTo(NIGHTLY);
              assertThat(used.storage()).isEqualTo(ELSEWHERE);
            });
    world.ends(JobRole.Rollback, Verdict.RollbackFailed).settle();
    world.retries(1).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.RollingBack);
    assertThat(world.view().backupToRestore()).as("also when it is tried again").isPresent();
  }

  @Test
  void theYoungestOfSeveralIsTaken() {
    world.reusable.add(young());
    world.reusable.add(
        backup("noon", BackupPhase.Succeeded, Duration.ofMinutes(5), List.of(), POSITION));
    plan();
    assertThat(world.status.backup()).isEqualTo("noon");
  }

  @Test
  void aBackupOfTheTouchedCollectionsWillDo() {
    world.reusable.add(
        backup(
            NIGHTLY,
            BackupPhase.Succeeded,
            Duration.ofHours(1),
            List.of("users", "orders", "audit"),
            POSITION));
    plan();
    assertThat(world.status.backup()).isEqualTo(NIGHTLY);
  }

  private void expectNewBackup() {
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.BackingUp);
    assertThat(world.backups).hasSize(1);
    assertThat(world.status.backup()).isNotEqualTo(NIGHTLY);
    assertThat(world.notes)
        .filteredOn(note -> note.reason().equals("PlanReady"))
        .singleElement()
        .satisfies(
            note ->
                assertThat(note.message()).contains("1000 documents", "4102KiB", "is starting"));
  }

  @Test
  void aNewOneTellsHowLongItMayTakeByTheLatestThatIsLargeEnough() {
    world.paces.add(new BackupPace("tiny", 1 << 10, Duration.ofSeconds(50)));
    world.paces.add(new BackupPace("monday", 2_100_000, Duration.ofSeconds(30)));
    world.paces.add(new BackupPace("sunday", 4_200_000, Duration.ofSeconds(1)));
    plan();
    expectNewBackup();
    assertThat(world.notes)
        .filteredOn(note -> note.reason().equals("PlanReady"))
        .singleElement()
        .satisfies(
            note ->
                assertThat(note.message())
                    .endsWith("is starting; about 1m0s, as backup monday took 30s for 2051KiB"));
  }

  @Test
  void oneThatLacksATouchedCollectionWillNot() {
    world.reusable.add(
        backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(1), List.of("users"), POSITION));
    plan();
    expectNewBackup();
  }

  @Test
  void someCollectionsAreNotTheWholeDatabase() {
    world.reusable.add(
        backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(1), List.of("users"), POSITION));
    plan(POSITION, null);
    expectNewBackup();
  }

  @Test
  void anOlderOneWillNot() {
    world.reusable.add(
        backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(2), List.of(), POSITION));
    plan();
    expectNewBackup();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"3.8", "4.7", "0.0"})
  void noneAfterGodwitRanOnTheDatabase(String position) {
    world.reusable.add(
        backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(1), List.of(), position));
    plan();
    expectNewBackup();
  }

  @Test
  void noneWhileSomebodyIsAtWork() {
    world.reusable.add(
        backup(NIGHTLY, BackupPhase.Succeeded, Duration.ofHours(1), List.of(), null));
    plan(null, List.of("users"));
    expectNewBackup();
  }

  @ParameterizedTest
  @EnumSource(value = BackupPhase.class, mode = EnumSource.Mode.EXCLUDE, names = "Succeeded")
  void oneThatIsNotCompleteWillNot(BackupPhase phase) {
    world.reusable.add(backup(NIGHTLY, phase, Duration.ofHours(1), List.of(), POSITION));
    plan();
    expectNewBackup();
  }

  @Test
  void oneThatNobodyReadBackWillNot() {
    ReusableBackup backup = young();
    world.reusable.add(
        new ReusableBackup(
            backup.state(), false, backup.collections(), backup.began(), backup.position()));
    plan();
    expectNewBackup();
  }

  @Test
  void whoDoesNotAskForItGetsANewOne() {
    world.reuses(null);
    world.reusable.add(young());
    plan();
    expectNewBackup();
  }

  @Test
  void oneThatIsDeletedBeforeItIsUsedIsReplaced() {
    world.reusable.add(young());
    world.settle();
    world.ends(
        JobRole.Plan,
        new RunResult(
            Verdict.Planned,
            "shop",
            1,
            "sha256:cd",
            new PlanSummary(List.of("users"), List.of(), 1000, true, "sha256:ab")
                .at(null, POSITION),
            null,
            null,
            null,
            null,
            null));
    world.step();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.BackingUp);
    assertThat(world.status.backup()).isEqualTo(NIGHTLY);
    world.reusable.clear();
    world.settle();
    assertThat(world.backups).hasSize(1);
    assertThat(world.status.backup()).isEqualTo(world.backups.keySet().iterator().next());
  }

  private static BackupState deleted(BackupState backup) {
    return new BackupState(
        backup.name(),
        backup.specHash(),
        backup.retry(),
        backup.created(),
        true,
        BackupPhase.Deleting,
        backup.storage(),
        backup.location(),
        "stays as long as it is needed",
        null);
  }

  @Test
  void oneThatSomebodyDeletesWhileItIsNeededIsStillRestored() {
    world.reusable.add(young());
    plan();
    ReusableBackup backup = world.reusable.removeFirst();
    world.reusable.add(
        new ReusableBackup(
            deleted(backup.state()), true, backup.collections(), backup.began(), POSITION));
    world.ends(JobRole.Apply, Verdict.StepFailed).settle();
    assertThat(world.view().backupToRestore()).isPresent();
    world.ends(JobRole.Rollback, Verdict.RolledBack).settle();
    assertThat(world.view().backupToRestore()).as("nothing keeps it any more").isEmpty();
  }

  @Test
  void soIsOneThatTheMigrationTook() {
    plan();
    world.backupEnds(BackupPhase.Succeeded).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.Applying);
    world.backups.replaceAll((name, backup) -> deleted(backup));
    world.ends(JobRole.Apply, Verdict.StepFailed).settle();
    assertThat(world.view().backupToRestore()).isPresent();
  }

  @Test
  void anotherAttemptLooksAnew() {
    world.reusable.add(young());
    plan();
    world.ends(JobRole.Apply, Verdict.Refused).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.Failed);
    Instant before = world.now;
    world.retries(1).settle();
    assertThat(world.status.phase()).isEqualTo(MigrationPhase.Planning);
    assertThat(world.view().reused()).isEmpty();
    assertThat(world.now).isAfter(before);
  }
}
