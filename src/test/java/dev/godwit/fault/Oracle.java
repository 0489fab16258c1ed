package dev.godwit.fault;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.operator.resource.RunnerJob;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// What has to hold at the end of a story, and what must not have happened on the way.
final class Oracle {

  /// Told once in a story at most. `BackupStarted` is there only when the status of Planning could
  /// not be written.
  private static final Set<String> ONCE =
      Set.of(
          "PlanReady",
          "BackupStarted",
          "MigrationStarted",
          "VerificationFailed",
          "RollbackStarted",
          "RolledBack",
          "MigrationSucceeded");

  private static final Set<String> SUBJECTS = Set.of("MongoMigration", "MongoBackup");

  private final Stage stage;
  private final Story story;

  Oracle(Stage stage, Story story) {
    this.stage = stage;
    this.story = story;
  }

  /// What is not yet as it has to be in the end; may become empty later.
  List<String> open() {
    List<String> open = new ArrayList<>();
    MongoMigration migration = stage.migration();
    List<Job> jobs = stage.jobs();
    List<MongoBackup> backups = stage.backups();
    if (story.end() == null) {
      check(open, migration == null, "the migration is still there");
      check(open, jobsOf(jobs, "MongoMigration").isEmpty(), "Jobs of the migration are left");
    } else {
      open.addAll(status(migration));
      open.addAll(truth(migration, jobs, backups));
    }
    for (Job job : jobs) {
      check(open, isEnded(job), name(job) + " has not ended");
      check(open, job.getSpec().getTtlSecondsAfterFinished() != null, name(job) + " has no TTL");
    }
    check(open, backups.size() == 1, backups.size() + " backups");
    for (MongoBackup backup : backups) {
      check(
          open,
          backup.getStatus() != null && backup.getStatus().phase() == BackupPhase.Succeeded,
          name(backup) + " has not succeeded");
    }
    Set<String> needed =
        jobs.stream().map(RunnerJob::manifest).filter(Objects::nonNull).collect(Collectors.toSet());
    for (ConfigMap manifest : stage.manifests()) {
      check(open, needed.contains(name(manifest)), "ConfigMap " + name(manifest) + " has no Job");
    }
    check(open, !stage.database().isLocked(), "the database is locked");
    check(open, stage.database().data() == story.data(), "the data are " + stage.database().data());
    return open;
  }

  private List<String> status(MongoMigration migration) {
    List<String> open = new ArrayList<>();
    if (migration == null || migration.getStatus() == null) {
      return List.of("there is no status");
    }
    MongoMigrationStatus status = migration.getStatus();
    check(open, status.phase() == story.end(), "the phase is " + status.phase());
    check(open, condition(status, "Reconciling") == null, "it says Reconciling");
    boolean ready = story != Story.FailedVerification;
    check(open, String.valueOf(ready).equalsIgnoreCase(condition(status, "Ready")), "Ready is off");
    check(
        open,
        ready ? condition(status, "Stalled") == null : "True".equals(condition(status, "Stalled")),
        "Stalled is off");
    check(
        open,
        migration.getMetadata().getGeneration().equals(status.observedGeneration()),
        "observedGeneration is old");
    return open;
  }

  /// What the status says, against what is there.
  private List<String> truth(MongoMigration migration, List<Job> jobs, List<MongoBackup> backups) {
    List<String> open = new ArrayList<>();
    if (migration == null || migration.getStatus() == null) {
      return open;
    }
    MongoMigrationStatus status = migration.getStatus();
    boolean verified = stage.database().last() == ModelDatabase.Last.Verified;
    boolean after = stage.database().data() == ModelDatabase.Data.After;
    check(open, verified == "True".equals(condition(status, "Verified")), "Verified is not true");
    check(open, after == "True".equals(condition(status, "Applied")), "Applied is not true");
    check(open, "True".equals(condition(status, "BackedUp")), "BackedUp is not true");
    check(
        open,
        backups.stream().anyMatch(it -> name(it).equals(status.backup())),
        "status.backup names nothing: " + status.backup());
    if (status.jobs() != null) {
      for (Job job : jobsOf(jobs, "MongoMigration")) {
        // Reading Jobs are not in it.
        check(
            open,
            Node.command(job).equals("verdict") || status.jobs().toString().contains(name(job)),
            "status.jobs does not name " + name(job));
      }
    }
    return open;
  }

  /// What happened and must not; never becomes empty again.
  List<String> broken() {
    List<String> broken = new ArrayList<>(stage.database().problems());
    broken.addAll(stage.node().problems());
    // When a migration is gone with its Jobs and ConfigMaps, a killed operator's late Job may come
    // after all: the garbage collector takes it, and its pod finds no manifest.
    List<Node.Created> jobs = story.end() == null ? stage.node().ran() : stage.node().created();
    Map<String, Long> created =
        jobs.stream().collect(Collectors.groupingBy(Node.Created::command, Collectors.counting()));
    created.forEach(
        (command, number) -> {
          // No Job is lost in these stories, so none has to be read after.
          long most = command.equals("verdict") ? 0 : 1;
          check(broken, number <= most, "%d %s Jobs were created".formatted(number, command));
        });
    Map<String, Long> told =
        stage.events().stream()
            .filter(it -> SUBJECTS.contains(it.getInvolvedObject().getKind()))
            .collect(Collectors.groupingBy(Event::getReason, Collectors.counting()));
    told.forEach(
        (reason, times) ->
            check(
                broken,
                times <= (ONCE.contains(reason) ? 1 : 4),
                "event %s was told %d times".formatted(reason, times)));
    broken.addAll(course());
    return broken;
  }

  private List<String> course() {
    List<String> broken = new ArrayList<>();
    Stage.Seen before = null;
    for (Stage.Seen seen : stage.phases()) {
      if (seen.phase() == MigrationPhase.Succeeded) {
        check(
            broken,
            seen.last() == ModelDatabase.Last.Verified || story == Story.WantedRollback,
            "Succeeded without verification");
      }
      if (seen.phase() == MigrationPhase.RolledBack) {
        check(
            broken,
            seen.data() == ModelDatabase.Data.Before,
            "RolledBack while the data were " + seen.data());
      }
      if (before != null) {
        check(
            broken,
            reachable(before.phase()).contains(seen.phase()),
            "%s after %s".formatted(seen.phase(), before.phase()));
        check(
            broken,
            !before.phase().isTerminal() || story == Story.WantedRollback,
            "%s after the terminal %s".formatted(seen.phase(), before.phase()));
      }
      before = seen;
    }
    return broken;
  }

  /// Phases that may come after one, also when those between could not be written.
  private static Set<MigrationPhase> reachable(MigrationPhase from) {
    Set<MigrationPhase> all = EnumSet.copyOf(from.exits());
    from.exits().stream()
        .filter(it -> !it.isTerminal())
        .map(MigrationPhase::exits)
        .forEach(all::addAll);
    return all;
  }

  private static List<Job> jobsOf(List<Job> jobs, String kind) {
    return jobs.stream()
        .filter(job -> kind.equals(job.getMetadata().getLabels().get("godwit.dev/owner-kind")))
        .toList();
  }

  private static boolean isEnded(Job job) {
    return job.getStatus() != null && job.getStatus().getConditions().size() == 2;
  }

  private static String name(HasMetadata resource) {
    return resource.getMetadata().getName();
  }

  private static String condition(MongoMigrationStatus status, String type) {
    return status.conditions() == null
        ? null
        : status.conditions().stream()
            .filter(it -> type.equals(it.getType()))
            .map(it -> it.getStatus())
            .findFirst()
            .orElse(null);
  }

  private static void check(List<String> found, boolean holds, String otherwise) {
    if (!holds) {
      found.add(otherwise);
    }
  }
}
