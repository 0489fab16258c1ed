package dev.godwit.core;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationBackup;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.Rollback;
import dev.godwit.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A little world around one migration: what the API server holds. Decisions are carried out in it.
final class World {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final String NAME = "shop-004";
  static final String UID = "11111111-2222-3333-4444-555555555555";

  private static final MongoMigrationSpec SAMPLE = Samples.migration("shop", NAME, "004").getSpec();

  Instant now = START;
  long generation = 1;
  MongoMigrationSpec spec = SAMPLE;
  BackupStorage defaultStorage;
  MongoMigrationStatus status = MongoMigrationStatus.NEW;
  final Map<String, JobView> jobs = new LinkedHashMap<>();
  final Map<String, BackupState> backups = new LinkedHashMap<>();
  final List<Neighbour> neighbours = new ArrayList<>();
  final List<TargetRun> restores = new ArrayList<>();
  final List<ReusableBackup> reusable = new ArrayList<>();
  final List<BackupPace> paces = new ArrayList<>();

  /// Every Job that was ever created, with how often.
  final Map<String, Integer> created = new LinkedHashMap<>();

  final List<Note> notes = new ArrayList<>();
  Decision<MigrationStanding> last;

  World copy() {
    World copy = new World();
    copy.now = now;
    copy.generation = generation;
    copy.spec = spec;
    copy.defaultStorage = defaultStorage;
    copy.status = status;
    copy.jobs.putAll(jobs);
    copy.backups.putAll(backups);
    copy.neighbours.addAll(neighbours);
    copy.restores.addAll(restores);
    copy.reusable.addAll(reusable);
    copy.paces.addAll(paces);
    copy.created.putAll(created);
    return copy;
  }

  MigrationView view() {
    return new MigrationView(
            now,
            new MigrationView.Identity("shop", NAME, UID, generation, START),
            spec,
            status,
            List.copyOf(jobs.values()),
            List.copyOf(backups.values()),
            neighbours,
            defaultStorage)
        .among(restores)
        .with(reusable)
        .after(paces);
  }

  /// Decides once, acts, writes the status.
  World step() {
    MigrationView view = view();
    last = MigrationDecider.decide(view);
    act(last);
    MongoMigrationStatus after = MigrationStatusProjection.project(view, last);
    notes.addAll(MigrationStory.tell(view, last.standing(), after));
    status = after;
    now = now.plusSeconds(1);
    return this;
  }

  /// Decides until nothing changes any more.
  World settle() {
    for (int i = 0; i < 50; i++) {
      MongoMigrationStatus before = status;
      int things = jobs.size() + backups.size();
      step();
      boolean same = status.equals(before) && things == jobs.size() + backups.size();
      if (same && last instanceof Decision.Wait<?>) {
        return this;
      }
      if (same && last instanceof Decision.StopJob<?>) {
        return this;
      }
    }
    throw new AssertionError("does not settle: " + last);
  }

  private void act(Decision<MigrationStanding> decision) {
    switch (decision) {
      case Decision.StartJob<MigrationStanding> start -> {
        if (jobs.containsKey(start.name())) {
          return;
        }
        created.merge(start.name(), 1, Integer::sum);
        jobs.put(
            start.name(),
            new JobView(
                start.name(),
                !start.role().isReading(),
                JobView.State.Active,
                true,
                now,
                null,
                null,
                null,
                null,
                null,
                false));
      }
      case Decision.StopJob<MigrationStanding> stop ->
          jobs.computeIfPresent(stop.name(), (name, job) -> stopping(job));
      case Decision.ForgetJob<MigrationStanding> forget -> jobs.remove(forget.name());
      case Decision.TakeBackup<MigrationStanding> take ->
          backups.putIfAbsent(
              take.name(),
              new BackupState(
                  take.name(),
                  take.standing().attempt().specHash(),
                  take.standing().attempt().retry(),
                  now,
                  false,
                  BackupPhase.Running,
                  view().storage(),
                  null,
                  "reads the database",
                  null));
      case Decision.DeleteBackups<MigrationStanding> delete ->
          throw new AssertionError("a migration deletes no backups");
      case Decision.Wait<MigrationStanding> wait -> {}
    }
  }

  private static JobView stopping(JobView job) {
    return new JobView(
        job.name(),
        job.acting(),
        JobView.State.Stopping,
        job.running(),
        job.created(),
        null,
        null,
        null,
        job.progress(),
        null,
        false);
  }

  // --- What happens in the cluster

  JobView job(JobRole role) {
    return view().job(role).orElseThrow(() -> new AssertionError("no " + role + " Job"));
  }

  World ends(JobRole role, Verdict verdict) {
    return ends(role, result(verdict));
  }

  World ends(JobRole role, RunResult result) {
    return replace(role, result, null);
  }

  /// The Job ends and says nothing.
  World dies(JobRole role, String failure) {
    return replace(role, null, failure);
  }

  private World replace(JobRole role, RunResult result, String failure) {
    JobView job = job(role);
    jobs.put(
        job.name(),
        new JobView(
            job.name(),
            job.acting(),
            JobView.State.Ended,
            false,
            job.created(),
            now,
            failure,
            result,
            null,
            null,
            false));
    return this;
  }

  World vanishes(JobRole role) {
    jobs.remove(job(role).name());
    return this;
  }

  World says(JobRole role, RunProgress progress) {
    JobView job = job(role);
    jobs.put(
        job.name(),
        new JobView(
            job.name(),
            job.acting(),
            job.state(),
            true,
            job.created(),
            null,
            null,
            null,
            progress,
            null,
            false));
    return this;
  }

  World meets(JobRole role, Obstacle obstacle) {
    JobView job = job(role);
    jobs.put(
        job.name(),
        new JobView(
            job.name(),
            job.acting(),
            job.state(),
            false,
            job.created(),
            null,
            null,
            null,
            null,
            obstacle,
            false));
    return this;
  }

  World backupEnds(BackupPhase phase) {
    String name = view().backupsOfAttempt().getLast().name();
    backups.computeIfPresent(
        name,
        (same, old) ->
            new BackupState(
                name,
                old.specHash(),
                old.retry(),
                old.created(),
                false,
                phase,
                old.storage(),
                phase == BackupPhase.Succeeded ? name + ".folder" : null,
                phase.name(),
                phase == BackupPhase.Failed ? new Failure("Full", null, "disk is full") : null));
    return this;
  }

  static RunResult result(Verdict verdict) {
    PlanSummary plan =
        verdict == Verdict.Planned || verdict == Verdict.Unfinished
            ? new PlanSummary(List.of("audit", "users"), List.of("audit"), 1000, true, "sha256:ab")
            : null;
    Failure failure =
        switch (verdict) {
          case Refused,
              StepFailed,
              VerificationFailed,
              RollbackFailed,
              FailedChangesStay,
              Interrupted,
              LockHeld ->
              new Failure(verdict.name(), "lower-case", "said why: " + verdict);
          default -> null;
        };
    return new RunResult(verdict, "shop", 1, "sha256:cd", plan, null, null, null, null, failure);
  }

  // --- What the user does

  World wants(DesiredState desired) {
    spec = with(spec, desired, spec.retry(), spec.rollback(), spec.description(), spec.backup());
    generation++;
    return this;
  }

  World retries(int retry) {
    spec =
        with(spec, spec.desiredState(), retry, spec.rollback(), spec.description(), spec.backup());
    generation++;
    return this;
  }

  World onFailure(OnFailure onFailure) {
    spec =
        with(
            spec,
            spec.desiredState(),
            spec.retry(),
            new Rollback(onFailure, null, null, null),
            spec.description(),
            spec.backup());
    generation++;
    return this;
  }

  World backupPolicy(BackupPolicy policy) {
    spec =
        with(
            spec,
            spec.desiredState(),
            spec.retry(),
            spec.rollback(),
            spec.description(),
            new MigrationBackup(policy, spec.backup().storage()));
    generation++;
    return this;
  }

  World reuses(String younger) {
    spec =
        with(
            spec,
            spec.desiredState(),
            spec.retry(),
            spec.rollback(),
            spec.description(),
            new MigrationBackup(null, spec.backup().storage(), younger));
    generation++;
    return this;
  }

  World storage(BackupStorage storage) {
    spec =
        with(
            spec,
            spec.desiredState(),
            spec.retry(),
            spec.rollback(),
            spec.description(),
            new MigrationBackup(spec.backupPolicyOrDefault(), storage));
    generation++;
    return this;
  }

  /// Another spec: the last step is left out, or put back.
  World edits(boolean shorter) {
    spec =
        new MongoMigrationSpec(
            spec.version(),
            spec.description(),
            spec.target(),
            spec.desiredState(),
            spec.retry(),
            spec.backup(),
            spec.preconditions(),
            shorter ? SAMPLE.steps().subList(0, 2) : SAMPLE.steps(),
            spec.verify(),
            spec.rollback(),
            spec.batches(),
            spec.job());
    generation++;
    return this;
  }

  private static MongoMigrationSpec with(
      MongoMigrationSpec spec,
      DesiredState desired,
      Integer retry,
      Rollback rollback,
      String description,
      MigrationBackup backup) {
    return new MongoMigrationSpec(
        spec.version(),
        description,
        spec.target(),
        desired,
        retry,
        backup,
        spec.preconditions(),
        spec.steps(),
        spec.verify(),
        rollback,
        spec.batches(),
        spec.job());
  }

  World losesStatus() {
    status = MongoMigrationStatus.NEW;
    return this;
  }

  World waits(Duration time) {
    now = now.plus(time);
    return this;
  }

  MigrationPhase phase() {
    return status.phase();
  }

  // --- Stories

  /// Up to a running backup.
  World backingUp() {
    return settle().ends(JobRole.Plan, Verdict.Planned).settle();
  }

  /// Up to a running apply Job.
  World applying() {
    return backingUp().backupEnds(BackupPhase.Succeeded).settle();
  }

  World succeeded() {
    return applying().ends(JobRole.Apply, Verdict.Applied).settle();
  }

  World rollingBack() {
    return applying().ends(JobRole.Apply, Verdict.VerificationFailed).settle();
  }

  World rolledBack() {
    return rollingBack().ends(JobRole.Rollback, Verdict.RolledBack).settle();
  }

  World rollbackFailed() {
    return rollingBack().ends(JobRole.Rollback, Verdict.RollbackFailed).settle();
  }

  World refused() {
    return settle().ends(JobRole.Plan, Verdict.Refused).settle();
  }
}
