package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final Map<String, Instant> granted = new HashMap<>();
  private final Map<String, Instant> waiting = new LinkedHashMap<>();

  /// @param most how many resources may be at work; 0 for any number
  public JobSlots(int most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  int most() {
    return most;
  }

  /// Counts those of `resources` that are at work; asked whenever somebody wants to begin.
  void count(Supplier<Stream<? extends HasMetadata>> resources) {
    busy.add(() -> resources.get().filter(JobSlots::isAtWork).map(HasMetadata.class::cast));
  }

  /// Whether a resource may begin, or goes on.
  synchronized boolean admits(HasMetadata resource) {
    if (most == 0) {
      return true;
    }
    String uid = uid(resource);
    Instant now = clock.instant();
    Set<String> atWork = new HashSet<>();
    busy.forEach(each -> each.get().map(JobSlots::uid).forEach(atWork::add));
    granted.entrySet().removeIf(it -> atWork.contains(it.getKey()) || isOld(it, GRANTED, now));
    atWork.addAll(granted.keySet());
    waiting.entrySet().removeIf(it -> isOld(it, FORGOTTEN, now));
    if (!atWork.contains(uid)) {
      waiting.put(uid, now);
      long before = waiting.keySet().stream().takeWhile(it -> !it.equals(uid)).count();
      if (atWork.size() + before >= most) {
        return false;
      }
      granted.put(uid, now);
    }
    waiting.remove(uid);
    return true;
  }

  private static boolean isOld(Map.Entry<String, Instant> entry, Duration age, Instant now) {
    return entry.getValue().plus(age).isBefore(now);
  }

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
