package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.QuiescedWorkload;
import dev.godwit.api.v1alpha1.WorkloadKind;
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

  private static final ObjectMapper JSON = new ObjectMapper();

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
  final List<Dependency> dependencies = new ArrayList<>();
  final Map<QuiescedWorkload, Workload> workloads = new LinkedHashMap<>();
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
    copy.dependencies.addAll(dependencies);
    copy.workloads.putAll(workloads);
    copy.paces.addAll(paces);
    copy.created.putAll(created);
    return copy;
  }

  MigrationView view() {
    MigrationView view = seen();
    return view.seeing(
        view.workloadsToSee().stream()
            .map(it -> workloads.getOrDefault(it, Workload.unseen(it, Workload.State.Missing)))
            .toList());
  }

  private MigrationView seen() {
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
        .needing(dependencies)
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
                false,
                null));
      }
      case Decision.StopJob<MigrationStanding> stop ->
          jobs.computeIfPresent(stop.name(), (name, job) -> in(job, JobView.State.Stopping));
      case Decision.SuspendJob<MigrationStanding> suspend ->
          jobs.computeIfPresent(
              suspend.name(),
              (name, job) ->
                  in(job, suspend.suspend() ? JobView.State.Suspended : JobView.State.Active));
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
      case Decision.Scale<MigrationStanding> scale -> scale.scalings().forEach(this::scale);
      case Decision.Wait<MigrationStanding> wait -> {}
    }
  }

  /// Pods end when the test says so.
  private void scale(Scaling scaling) {
    workloads.computeIfPresent(
        scaling.workload(),
        (id, old) -> {
          assertThat(scaling.version()).isEqualTo(old.version());
          int replicas = scaling.replicas() == null ? old.replicas() : scaling.replicas();
          return new Workload(
              id,
              old.state(),
              old.version() + "+",
              replicas,
              true,
              scaling.isDown() && old.replicas() > 0 ? List.of(id.name() + "-0") : List.of(),
              scaling.isDown() ? new Workload.Mark(UID, NAME, scaling.remember()) : null);
        });
  }

  private static JobView in(JobView job, JobView.State state) {
    return new JobView(
        job.name(),
        job.acting(),
        state,
        job.running(),
        job.created(),
        null,
        null,
        null,
        job.progress(),
        null,
        false,
        null);
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

  /// The Job ends because it cannot do what it was to do; nothing was changed.
  World refuses(JobRole role, String reason) {
    return ends(role, RunResult.of(Verdict.Refused, new Failure(reason, null, "as it is told")));
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
            false,
            null));
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
            false,
            null));
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
            false,
            null));
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

  /// The pods of workloads that are scaled to zero have ended.
  World podsEnd() {
    workloads.replaceAll((id, it) -> has(it, it.state(), it.replicas(), it.mark()));
    return this;
  }

  // --- What the user does

  static final QuiescedWorkload API = new QuiescedWorkload(WorkloadKind.Deployment, "shop-api");
  static final QuiescedWorkload QUEUE =
      new QuiescedWorkload(WorkloadKind.StatefulSet, "shop-queue");

  /// The migration quiesces a Deployment of 3 and a StatefulSet of 1.
  World quiesces() {
    deploys(API, 3);
    deploys(QUEUE, 1);
    return sets(
        "{\"quiesce\": [{\"kind\": \"StatefulSet\", \"name\": \"shop-queue\"},"
            + " {\"kind\": \"Deployment\", \"name\": \"shop-api\"}]}");
  }

  World deploys(QuiescedWorkload id, int replicas) {
    workloads.put(id, new Workload(id, Workload.State.Seen, "1", replicas, true, List.of(), null));
    return this;
  }

  /// Somebody scales it; a mark stays, as with `kubectl scale`.
  World scales(QuiescedWorkload id, int replicas) {
    workloads.computeIfPresent(id, (same, it) -> has(it, it.state(), replicas, it.mark()));
    return this;
  }

  World marks(QuiescedWorkload id, Workload.Mark mark) {
    workloads.computeIfPresent(id, (same, it) -> has(it, it.state(), it.replicas(), mark));
    return this;
  }

  World forbids(QuiescedWorkload id) {
    workloads.put(id, Workload.unseen(id, Workload.State.Forbidden));
    return this;
  }

  int replicas(QuiescedWorkload id) {
    return workloads.get(id).replicas();
  }

  private static Workload has(
      Workload old, Workload.State state, int replicas, Workload.Mark mark) {
    return new Workload(old.id(), state, old.version() + "+", replicas, true, List.of(), mark);
  }

  World wants(DesiredState desired) {
    return sets("{\"desiredState\": \"%s\"}".formatted(desired));
  }

  World retries(int retry) {
    return sets("{\"retry\": %d}".formatted(retry));
  }

  World onFailure(OnFailure onFailure) {
    return sets("{\"rollback\": {\"onFailure\": \"%s\"}}".formatted(onFailure));
  }

  World backupPolicy(BackupPolicy policy) {
    return sets("{\"backup\": {\"policy\": \"%s\"}}".formatted(policy));
  }

  World suspends(boolean suspend) {
    return sets("{\"suspend\": %b}".formatted(suspend));
  }

  World reuses(String younger) {
    String quoted = younger == null ? "null" : '"' + younger + '"';
    return sets("{\"backup\": {\"policy\": null, \"reuseYoungerThan\": %s}}".formatted(quoted));
  }

  World storage(BackupStorage storage) {
    sets("{\"backup\": {\"storage\": null}}");
    return storage == null
        ? this
        : sets("{\"backup\": {\"storage\": %s}}".formatted(JSON.valueToTree(storage)));
  }

  /// Another spec: the last step is left out, or put back.
  World edits(boolean shorter) {
    return sets(
        "{\"steps\": %s}"
            .formatted(JSON.valueToTree(shorter ? SAMPLE.steps().subList(0, 2) : SAMPLE.steps())));
  }

  /// Changes the spec as a merge patch does.
  World sets(String patch) {
    try {
      JsonNode changed = merged(JSON.valueToTree(spec), JSON.readTree(patch));
      spec = JSON.treeToValue(changed, MongoMigrationSpec.class);
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
    generation++;
    return this;
  }

  private static JsonNode merged(JsonNode into, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode all = into == null || !into.isObject() ? JSON.createObjectNode() : into.deepCopy();
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                all.remove(field.getKey());
              } else {
                all.set(field.getKey(), merged(all.get(field.getKey()), field.getValue()));
              }
            });
    return all;
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
