package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.operator.resource.Marks;
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

  /// Who waits asks every ten seconds.
  private static final Duration FORGOTTEN = Duration.ofSeconds(40);

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

  /// Whether a resource may begin, or goes on.
  synchronized boolean admits(HasMetadata resource) {
    if (most == 0) {
      return true;
    }
    String uid = uid(resource);
    Set<String> atWork = atWork();
    if (!atWork.contains(uid)) {
      Instant now = clock.instant();
      waiting.entrySet().removeIf(it -> isOld(it.getValue().asked(), FORGOTTEN, now));
      waiting.put(uid, new Waiter(resource.getKind(), ResourceID.fromResource(resource), now));
      long before = waiting.keySet().stream().takeWhile(it -> !it.equals(uid)).count();
      if (atWork.size() + before >= most) {
        return false;
      }
      granted.put(uid, now);
    }
    waiting.remove(uid);
    return true;
  }

  /// Tells those who wait that places are free.
  synchronized void giveTurns() {
    if (!waiting.isEmpty()) {
      waiting.values().stream()
          .limit(Math.max(0, most - atWork().size()))
          .forEach(it -> turns.get(it.kind()).accept(it.id()));
    }
  }

  private Set<String> atWork() {
    Set<String> atWork = new HashSet<>();
    busy.forEach(each -> each.get().map(JobSlots::uid).forEach(atWork::add));
    Instant now = clock.instant();
    granted
        .entrySet()
        .removeIf(it -> atWork.contains(it.getKey()) || isOld(it.getValue(), GRANTED, now));
    atWork.addAll(granted.keySet());
    return atWork;
  }

  private static boolean isOld(Instant time, Duration age, Instant now) {
    return time.plus(age).isBefore(now);
  }

  /// @param asked when it asked last
  private record Waiter(String kind, ResourceID id, Instant asked) {}

  private static boolean isAtWork(HasMetadata resource) {
    return switch (resource) {
      case MongoMigration migration ->
          Targets.run(migration).running() && !migration.getSpec().suspendOrDefault();
      case MongoRestore restore -> Targets.run(restore).running();
      case MongoBackup backup ->
          isOnItsOwn(backup)
              && backup.getStatus() != null
              && (backup.getStatus().phase() == BackupPhase.Running
                  || backup.getStatus().phase() == BackupPhase.Pending
                      && backup.getStatus().job() != null);
      case MongoBackupSchedule schedule ->
          schedule.getStatus() != null
              && schedule.getStatus().verification() != null
              && schedule.getStatus().verification().result() == VerificationResult.Running;
      default -> throw new IllegalArgumentException(resource.getKind());
    };
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
