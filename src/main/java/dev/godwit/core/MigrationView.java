package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.api.v1alpha1.QuiescedWorkload;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Everything that was observed of a migration, at one moment.
///
/// @param now the clock
/// @param id which migration
/// @param spec what is wanted
/// @param status what was written last; `MongoMigrationStatus.NEW` when nothing was
/// @param jobs every Job of the migration, of whatever attempt
/// @param backups every MongoBackup of the migration, of whatever attempt
/// @param neighbours the other migrations of the target
/// @param restores the restores of the target
/// @param dependencies what `dependsOn` leads to
/// @param workloads those of {@link #workloadsToSee()}
/// @param storage where a backup is kept: what the spec says, else the operator's default; null
///     when neither says it
/// @param attempt the attempt to work on
/// @param reusable the backups of the target that may be used instead of one of its own
/// @param paces how long earlier backups of the target took, the latest first
public record MigrationView(
    Instant now,
    Identity id,
    MongoMigrationSpec spec,
    MongoMigrationStatus status,
    List<JobView> jobs,
    List<BackupState> backups,
    List<Neighbour> neighbours,
    List<TargetRun> restores,
    List<Dependency> dependencies,
    List<Workload> workloads,
    BackupStorage storage,
    Attempt attempt,
    List<ReusableBackup> reusable,
    List<BackupPace> paces) {

  /// Which resource.
  ///
  /// @param generation of its spec
  /// @param created on the API server's clock
  public record Identity(
      String namespace, String name, String uid, long generation, Instant created) {}

  public MigrationView {
    jobs = List.copyOf(jobs);
    backups = List.copyOf(backups);
    neighbours = List.copyOf(neighbours);
    restores = List.copyOf(restores);
    reusable = List.copyOf(reusable);
    dependencies = List.copyOf(dependencies);
    workloads = List.copyOf(workloads);
    paces = List.copyOf(paces);
  }

  /// A view whose attempt and storage follow from spec and status.
  ///
  /// @param defaultStorage the operator's; null when it has none
  public MigrationView(
      Instant now,
      Identity id,
      MongoMigrationSpec spec,
      MongoMigrationStatus status,
      List<JobView> jobs,
      List<BackupState> backups,
      List<Neighbour> neighbours,
      BackupStorage defaultStorage) {
    this(
        now,
        id,
        spec,
        status,
        jobs,
        backups,
        neighbours,
        List.of(),
        List.of(),
        List.of(),
        spec.backupStorage() == null ? defaultStorage : spec.backupStorage(),
        Attempt.current(spec, status),
        List.of(),
        List.of());
  }

  /// The same, among these restores.
  public MigrationView among(List<TargetRun> restores) {
    return copy(restores, dependencies, workloads, reusable, paces);
  }

  /// The same, with these backups that it may use instead of one of its own.
  public MigrationView with(List<ReusableBackup> reusable) {
    return copy(restores, dependencies, workloads, reusable, paces);
  }

  /// The same, with how long earlier backups took, the latest first.
  public MigrationView after(List<BackupPace> paces) {
    return copy(restores, dependencies, workloads, reusable, paces);
  }

  /// The same with what `dependsOn` leads to.
  public MigrationView needing(List<Dependency> dependencies) {
    return copy(restores, dependencies, workloads, reusable, paces);
  }

  /// The same with the workloads that are to be seen.
  public MigrationView seeing(List<Workload> workloads) {
    return copy(restores, dependencies, workloads, reusable, paces);
  }

  private MigrationView copy(
      List<TargetRun> restores,
      List<Dependency> dependencies,
      List<Workload> workloads,
      List<ReusableBackup> reusable,
      List<BackupPace> paces) {
    return new MigrationView(
        now,
        id,
        spec,
        status,
        jobs,
        backups,
        neighbours,
        restores,
        dependencies,
        workloads,
        storage,
        attempt,
        reusable,
        paces);
  }

  /// The workloads that matter now: those that were scaled to zero, and while anything may start
  /// those that `quiesce` names.
  public List<QuiescedWorkload> workloadsToSee() {
    Set<QuiescedWorkload> all = new LinkedHashSet<>();
    if (status.quiesced() != null) {
      status.quiesced().forEach(it -> all.add(it.workload()));
    }
    boolean ended = status.phase() != null && status.phase().isTerminal() && !isAttemptNew();
    boolean goesBack = isRollbackWanted() && status.phase() != MigrationPhase.RolledBack;
    if (!ended || goesBack) {
      all.addAll(spec.quiesceOrEmpty());
    }
    return List.copyOf(all);
  }

  /// The restore that took a migration away which had been applied before.
  Optional<TargetRun> takenAwayBy() {
    if (status.completionTime() == null) {
      return Optional.empty();
    }
    Instant applied = Instant.parse(status.completionTime());
    return restores.stream()
        .filter(restore -> restore.completed() != null && !restore.completed().isBefore(applied))
        .filter(
            restore ->
                restore.undone().stream()
                    .anyMatch(version -> NaturalOrder.sameVersion(version, spec.version())))
        .findFirst();
  }

  /// Whether the status speaks of another attempt than the one to work on.
  boolean isAttemptNew() {
    Attempt known = Attempt.remembered(status);
    return known != null && !known.equals(attempt);
  }

  /// Where the attempt is as far as the status knows; null when it knows nothing.
  MigrationPhase remembered() {
    if (status.phase() == null || !isAttemptNew()) {
      return status.phase();
    }
    return status.phase() == MigrationPhase.RollbackFailed
        ? MigrationPhase.RollingBack
        : MigrationPhase.Pending;
  }

  /// Whether a backup may be needed and nobody says where to keep it.
  boolean isStorageMissing() {
    return storage == null && spec.backupPolicyOrDefault() != BackupPolicy.Never;
  }

  boolean isRollbackWanted() {
    return spec.desiredStateOrDefault() == DesiredState.RolledBack;
  }

  /// Whether a rollback is wanted again of what was run with a lower `spec.retry`: its backup is
  /// still the one to restore.
  boolean isRetriedRollback() {
    return isRollbackToCome() && attempt.specHash().equals(status.specHash());
  }

  private boolean isRollbackToCome() {
    return isRollbackWanted() && status.phase() != MigrationPhase.RolledBack;
  }

  /// Whether it is to be recorded as applied, and nothing run.
  boolean isBaselineWanted() {
    return spec.desiredStateOrDefault() == DesiredState.Baselined;
  }

  /// Name of the Job of this attempt with this role.
  public String jobName(JobRole role) {
    return Names.job(role, id.name(), id.uid(), attempt, spec.desiredStateOrDefault());
  }

  /// The Job of this attempt with this role.
  public Optional<JobView> job(JobRole role) {
    String name = jobName(role);
    return jobs.stream().filter(job -> job.name().equals(name)).findFirst();
  }

  /// The backups of this attempt, oldest first.
  List<BackupState> backupsOfAttempt() {
    return backups.stream()
        .filter(backup -> backup.isOf(attempt))
        .sorted(Comparator.comparing(BackupState::created).thenComparing(BackupState::name))
        .toList();
  }

  /// The backup that this attempt takes before it applies: the newest, unless it is older than the
  /// plan; then it was taken for an earlier run of the same spec, and writes made since are missing
  /// in it.
  Optional<BackupState> backup() {
    List<BackupState> mine = backupsOfAttempt();
    if (mine.isEmpty()) {
      return Optional.empty();
    }
    BackupState newest = mine.getLast();
    boolean tooOld =
        job(JobRole.Plan).filter(plan -> newest.created().isBefore(plan.created())).isPresent();
    return tooOld ? Optional.empty() : Optional.of(newest);
  }

  /// Whether it can be restored. One that is needed stays while somebody deletes it.
  private boolean isThere(BackupState backup) {
    return backup.isUsable()
        || backup.isAboutToGo()
            && backup.name().equals(status.backup())
            && (BackupUse.isNeeding(status.phase()) || isRollbackToCome());
  }

  /// The backup that this attempt uses instead of one of its own.
  Optional<BackupState> reused() {
    boolean mine =
        attempt.equals(Attempt.remembered(status))
            || remembered() == MigrationPhase.RollingBack
            || isRetriedRollback();
    return mine
        ? reusable.stream()
            .map(ReusableBackup::state)
            .filter(backup -> backup.name().equals(status.backup()))
            .filter(this::isThere)
            .findFirst()
        : Optional.empty();
  }

  /// The backup from which a rollback may restore: the one that is used again, or the newest
  /// complete one of what was run.
  public Optional<BackupState> backupToRestore() {
    Optional<BackupState> reused = reused();
    if (reused.isPresent()) {
      return reused;
    }
    String specHash = attempt.specHash();
    return backups.stream()
        .filter(backup -> backup.specHash().equals(specHash) && isThere(backup))
        .max(Comparator.comparing(BackupState::created));
  }
}
