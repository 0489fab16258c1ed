package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Bounds how many resources are at work at once, each with one Job at a time. What has begun goes
/// on to its end; what waits comes in the order in which it asked. Restores and rollbacks do not
/// wait: they are the way out.
public final class JobSlots {

  /// Until who was let in shows it in its status.
  private static final Duration GRANTED = Duration.ofSeconds(30);

  /// Who waits asks every ten seconds even if nobody tells it.
  private static final Duration FORGOTTEN = Duration.ofSeconds(40);

  /// Whoever waits for somebody's hand takes no place from others: fifty with a misspelt Secret
  /// would stop them all. A pod for which there is no room does.
  private static final Set<String> STUCK =
      Set.of(
          "SecretMissing",
          "SecretKeyMissing",
          "ImageMissing",
          "VolumeMissing",
          "VolumeUnbound",
          "VolumeNotMounted",
          "QuotaExceeded",
          "PodRefused",
          "RefusedByCluster",
          "WaitingForWorkloads");

  private final int most;
  private final InstantSource clock;
  private final List<Supplier<Stream<HasMetadata>>> busy = new CopyOnWriteArrayList<>();
  private final Map<String, Consumer<ResourceID>> turns = new ConcurrentHashMap<>();
  private final Map<String, Instant> granted = new HashMap<>();
  private final Map<String, Waiter> waiting = new LinkedHashMap<>();

  /// @param most how many resources may be at work; 0 for any number
  public JobSlots(int most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  int most() {
    return most;
  }

  /// Counts those of a reconciler's resources that are at work.
  ///
  /// @return what tells the others that it is their turn
  <P extends HasMetadata> EventSource<Void, P> turns(EventSourceContext<P> context) {
    SimpleInboundEventSource<P> source = new SimpleInboundEventSource<>("turns");
    count(
        HasMetadata.getKind(context.getPrimaryResourceClass()),
        () -> context.getPrimaryCache().list(),
        source::propagateEvent);
    return source;
  }

  /// @param resources all of a kind; looked at whenever somebody wants to begin
  /// @param turn told whose turn it is
  void count(
      String kind, Supplier<Stream<? extends HasMetadata>> resources, Consumer<ResourceID> turn) {
    busy.add(() -> resources.get().filter(JobSlots::isAtWork).map(HasMetadata.class::cast));
    turns.put(kind, turn);
  }

  /// Whether a resource may do what was decided; asked whenever something was. Tells those who wait
  /// that a place is free.
  ///
  /// @param begins whether it has to wait where it is not at work yet
  synchronized boolean admits(HasMetadata resource, boolean begins) {
    String uid = uid(resource);
    if (!begins) {
      granted.remove(uid);
      waiting.remove(uid);
    }
    if (most == 0 || !begins && waiting.isEmpty()) {
      return true;
    }
    Instant now = clock.instant();
    granted.values().removeIf(at -> isOld(at, GRANTED, now));
    waiting.values().removeIf(it -> isOld(it.asked(), FORGOTTEN, now));
    Set<String> atWork = new HashSet<>(granted.keySet());
    busy.forEach(each -> each.get().map(JobSlots::uid).forEach(atWork::add));
    boolean admitted = !begins || atWork.contains(uid) || isItsTurn(resource, atWork.size(), now);
    if (begins && admitted) {
      waiting.remove(uid);
      granted.put(uid, now);
      atWork.add(uid);
    }
    waiting.entrySet().stream()
        .limit(Math.max(0, most - atWork.size()))
        .filter(it -> !it.getKey().equals(uid))
        .forEach(it -> turns.get(it.getValue().kind()).accept(it.getValue().id()));
    return admitted;
  }

  private boolean isItsTurn(HasMetadata resource, int atWork, Instant now) {
    String uid = uid(resource);
    waiting.put(uid, new Waiter(resource.getKind(), ResourceID.fromResource(resource), now));
    long before = waiting.keySet().stream().takeWhile(it -> !it.equals(uid)).count();
    return atWork + before < most;
  }

  /// Gives the place of a resource back that could not begin.
  synchronized void giveBack(HasMetadata resource) {
    granted.remove(uid(resource));
  }

  private static boolean isOld(Instant time, Duration age, Instant now) {
    return time.plus(age).isBefore(now);
  }

  /// @param asked when it asked last
  private record Waiter(String kind, ResourceID id, Instant asked) {}

  private static boolean isAtWork(HasMetadata resource) {
    return switch (resource) {
      case MongoMigration migration -> {
        MigrationPhase phase = Targets.phase(migration);
        yield phase != MigrationPhase.Pending
            && !phase.isTerminal()
            && !migration.getSpec().suspendOrDefault()
            && !isStuck(migration.getStatus().conditions());
      }
      case MongoRestore restore ->
          Targets.phase(restore) != RestorePhase.Pending
              && !Targets.phase(restore).isTerminal()
              && !isStuck(restore.getStatus().conditions());
      case MongoBackup backup ->
          isOnItsOwn(backup)
              && backup.getStatus() != null
              && (backup.getStatus().phase() == BackupPhase.Running
                  || backup.getStatus().phase() == BackupPhase.Pending
                      && backup.getStatus().job() != null)
              && !isStuck(backup.getStatus().conditions());
      case MongoBackupSchedule schedule ->
          schedule.getStatus() != null
              && schedule.getStatus().verification() != null
              && schedule.getStatus().verification().result() == VerificationResult.Running;
      default -> throw new IllegalArgumentException(resource.getKind());
    };
  }

  private static boolean isStuck(List<Condition> conditions) {
    return conditions != null
        && conditions.stream()
            .anyMatch(it -> it.getType().equals("Reconciling") && STUCK.contains(it.getReason()));
  }

  /// Whether a backup has a place of its own: one that a migration or restore takes has theirs.
  static boolean isOnItsOwn(MongoBackup backup) {
    return !Marks.isOfKind(backup, MongoMigration.class)
        && !Marks.isOfKind(backup, MongoRestore.class);
  }

  private static String uid(HasMetadata resource) {
    return resource.getMetadata().getUid();
  }
}
