package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Walks everything that may happen to a migration, up to a depth, and holds what must always hold.
class ModelWalkTest {

  private static final int DEPTH = Integer.getInteger("godwit.walk.depth", 4);

  private static final Set<Verdict> ANY = EnumSet.allOf(Verdict.class);

  /// One of each kind: what follows from the others is walked without suspension
  /// and workloads.
  private static final Set<Verdict> ONE_OF_EACH =
      EnumSet.of(Verdict.Planned, Verdict.Applied, Verdict.VerificationFailed, Verdict.RolledBack);

  private final Set<String> seen = new HashSet<>();
  private int decisions;

  private record Happening(String name, Consumer<World> how) {}

  private record Place(World world, String way) {}

  @Test
  void whateverHappensTheRulesHold() {
    walk(new World(), DEPTH, 1000);
  }

  /// With workloads in play there are more worlds around each step of the way.
  @ParameterizedTest
  @ValueSource(strings = {"start", "applying", "rollingBack"})
  void whateverHappensToWorkloadsTheRulesHold(String from) {
    World start = new World().quiesces();
    if (!from.equals("start")) {
      start.settle().ends(JobRole.Plan, Verdict.Planned).settle().podsEnd().settle();
      start.backupEnds(BackupPhase.Succeeded).settle();
    }
    if (from.equals("rollingBack")) {
      start.ends(JobRole.Apply, Verdict.VerificationFailed).settle();
    }
    walk(start, DEPTH - 1, 300);
  }

  private void walk(World start, int depths, int least) {
    settle(start, "start");
    seen.add(key(start));
    List<Place> frontier = List.of(new Place(start, "start"));
    for (int depth = 0; depth < depths; depth++) {
      List<Place> next = new ArrayList<>();
      for (Place place : frontier) {
        next.addAll(around(place));
      }
      frontier = next;
    }
    assertThat(seen.size()).as("different worlds").isGreaterThan(least);
    System.out.printf("%d worlds, %d decisions%n", seen.size(), decisions);
  }

  /// The places, not seen before, to which one happening leads.
  private List<Place> around(Place from) {
    List<Place> places = new ArrayList<>();
    for (Happening happening : happenings(from.world)) {
      World next = from.world.copy();
      happening.how.accept(next);
      String way = from.way + " > " + happening.name;
      settle(next, way);
      // With the status lost the history is read again, and here it may say anything.
      if (from.world.phase() == MigrationPhase.RollbackFailed
          && !happening.name.startsWith("retry")
          && !happening.name.equals("status lost")) {
        assertThat(next.created.keySet().stream().filter(it -> !reading(it)))
            .as(way)
            .hasSameElementsAs(
                from.world.created.keySet().stream().filter(it -> !reading(it)).toList());
      }
      if (seen.add(key(next))) {
        places.add(new Place(next, way));
      }
    }
    return places;
  }

  private static boolean reading(String job) {
    return job.contains("-plan-") || job.contains("-verdict-") || job.contains("-baseline-");
  }

  private static List<Happening> happenings(World world) {
    List<Happening> all = new ArrayList<>();
    boolean suspended = world.spec.suspendOrDefault();
    for (JobRole role : JobRole.values()) {
      Optional<JobView> job = world.view().job(role);
      if (job.isEmpty()) {
        continue;
      }
      if (!job.get().isEnded()) {
        for (Verdict verdict : suspended || !world.workloads.isEmpty() ? ONE_OF_EACH : ANY) {
          all.add(new Happening(role + " " + verdict, it -> it.ends(role, verdict)));
        }
        all.add(new Happening(role + " dies", it -> it.dies(role, "BackoffLimitExceeded: x")));
      }
      all.add(new Happening(role + " vanishes", it -> it.vanishes(role)));
    }
    if (!world.view().backupsOfAttempt().isEmpty()) {
      all.add(new Happening("backup done", it -> it.backupEnds(BackupPhase.Succeeded)));
      all.add(new Happening("backup failed", it -> it.backupEnds(BackupPhase.Failed)));
    }
    all.add(new Happening("status lost", World::losesStatus));
    all.add(new Happening("wants rollback", it -> it.wants(DesiredState.RolledBack)));
    all.add(new Happening("wants applied", it -> it.wants(DesiredState.Applied)));
    if (!suspended) {
      all.add(new Happening("wants baselined", it -> it.wants(DesiredState.Baselined)));
    }
    all.add(new Happening(suspended ? "resume" : "suspend", it -> it.suspends(!suspended)));
    if (!world.workloads.isEmpty()) {
      all.add(new Happening("pods end", World::podsEnd));
      for (int replicas : new int[] {0, 2}) {
        all.add(new Happening("scaled to " + replicas, it -> it.scales(World.API, replicas)));
      }
      all.add(new Happening("mark stripped", it -> it.marks(World.API, null)));
    }
    if (world.spec.retryOrDefault() < 2) {
      all.add(new Happening("retry", it -> it.retries(it.spec.retryOrDefault() + 1)));
    }
    return all;
  }

  /// Decides until nothing changes, and checks each decision.
  private void settle(World world, String way) {
    for (int i = 0; i < 40; i++) {
      MongoMigrationStatus before = world.status;
      int jobs = world.jobs.size();
      int backups = world.backups.size();
      Set<BackupState> usable = new HashSet<>();
      world.backups.values().stream().filter(BackupState::isUsable).forEach(usable::add);
      int created = world.created.values().stream().mapToInt(it -> it).sum();
      world.step();
      decisions++;
      if (world.spec.suspendOrDefault()) {
        assertThat(world.created.values().stream().mapToInt(it -> it).sum())
            .as("%s: a suspended migration starts nothing", way)
            .isEqualTo(created);
        assertThat(world.backups).as(way).hasSize(backups);
      }
      check(world, before, usable, way);
      boolean same =
          before.equals(world.status)
              && jobs == world.jobs.size()
              && backups == world.backups.size();
      if (same) {
        settled(world, way);
        return;
      }
    }
    throw new AssertionError("does not settle: " + way + ": " + world.last);
  }

  /// A suspended migration has no Job at work, one that is not has none that is held back.
  private static void settled(World world, String way) {
    boolean over = world.phase().isTerminal();
    if (world.phase() == MigrationPhase.Succeeded || world.phase() == MigrationPhase.RolledBack) {
      assertThat(world.workloads.values()).as(way).noneMatch(it -> it.mark() != null);
      assertThat(world.status.quiesced()).as(way).isNull();
      boolean forgotten = way.contains("mark stripped") && way.contains("status lost");
      if (!forgotten && !way.contains("scaled to 0")) {
        assertThat(world.workloads.values()).as(way).allMatch(it -> it.replicas() > 0);
      }
    }
    if (Quiescing.isHoldingBack(world.last.standing())) {
      return;
    }
    JobView.State wrong =
        world.spec.suspendOrDefault() ? JobView.State.Active : JobView.State.Suspended;
    if (!over) {
      assertThat(world.jobs.values()).as(way).noneMatch(job -> job.state() == wrong);
    }
  }

  private static void check(
      World world, MongoMigrationStatus before, Set<BackupState> usable, String way) {
    MigrationPhase from = before.phase();
    MigrationPhase to = world.phase();
    if (from != null && from != to) {
      assertThat(from.exits()).as(way).contains(to);
    }
    world.created.forEach(
        (job, times) -> {
          if (!reading(job)) {
            assertThat(times)
                .as("%s: %s", way, job)
                .isLessThanOrEqualTo(1 + vanished(way) + refused(way));
          }
        });
    long acting =
        world.jobs.values().stream().filter(job -> job.acting() && !job.isEnded()).count();
    assertThat(acting).as(way).isLessThanOrEqualTo(1);
    if (world.last instanceof Decision.StartJob<MigrationStanding> start
        && start.role() == JobRole.Apply) {
      assertThat(world.workloads.values()).as(way).allMatch(Workload::isQuiet);
      assertThat(usable).as(way).isNotEmpty();
      assertThat(from)
          .as(way)
          .isIn(
              MigrationPhase.Planning,
              MigrationPhase.BackingUp,
              MigrationPhase.Applying,
              MigrationPhase.Verifying);
    }
    if (to == MigrationPhase.Succeeded && from != MigrationPhase.Succeeded && from != null) {
      assertThat(world.jobs.values())
          .as(way)
          .anyMatch(job -> says(job, Verdict.Applied) || says(job, Verdict.Recorded));
      if (Conditions.isTrue(world.status.conditions(), "Verified")) {
        assertThat(world.jobs.values()).as(way).anyMatch(job -> says(job, Verdict.Applied));
      }
    }
    if (!to.isTerminal()) {
      assertThat(world.status.message()).as(way).isNotBlank();
    }
    boolean reconciling = Conditions.reason(world.status.conditions(), "Reconciling").isPresent();
    boolean stalled = Conditions.reason(world.status.conditions(), "Stalled").isPresent();
    assertThat(reconciling && stalled).as(way).isFalse();
    assertThat(world.status.conditions())
        .as(way)
        .allSatisfy(it -> assertThat(it.getObservedGeneration()).isEqualTo(world.generation));
  }

  private static boolean says(JobView job, Verdict verdict) {
    return job.result() != null && job.result().verdict() == verdict;
  }

  /// A Job that somebody deleted may be created again.
  private static int vanished(String way) {
    return way.contains("vanishes") ? way.split("vanishes", -1).length - 1 : 0;
  }

  /// A rollback Job that refused is forgotten when a rollback is wanted once more.
  private static int refused(String way) {
    return way.split("Rollback Refused", -1).length - 1;
  }

  private static String key(World world) {
    return String.join(
        "|",
        String.valueOf(world.phase()),
        world.spec.desiredStateOrDefault().name() + world.spec.suspendOrDefault(),
        world.spec.retryOrDefault() + "/" + world.status.retry(),
        String.valueOf(world.status.jobs()),
        world.jobs.values().stream()
            .map(
                job ->
                    job.name() + job.state() + (job.result() == null ? "" : job.result().verdict()))
            .sorted()
            .toList()
            .toString(),
        world.backups.values().stream()
            .map(it -> it.name() + it.phase())
            .sorted()
            .toList()
            .toString(),
        String.valueOf(world.status.quiesced()),
        world.workloads.values().stream()
            .map(it -> it.replicas() + " " + it.pods() + it.mark())
            .toList()
            .toString());
  }
}
