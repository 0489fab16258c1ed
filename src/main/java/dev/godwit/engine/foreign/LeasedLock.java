package dev.godwit.engine.foreign;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The lock of Mongock and Flamingock: a document with an owner that is valid until `expiresAt`.
///
/// Format: `LockEntry.java` and `LockStatus.java` of mongock-driver-core 5.5.1,
/// `MongoDBLockMapper.java` of flamingock-java.
final class LeasedLock {

  private LeasedLock() {}

  static Optional<String> holder(List<Entry> locks, Instant now) {
    return locks.stream()
        .filter(lock -> lock.text("status").filter("LOCK_HELD"::equals).isPresent())
        .filter(lock -> lock.date("expiresAt").filter(now::isBefore).isPresent())
        .map(
            lock ->
                "%s, until %s"
                    .formatted(
                        lock.text("owner").orElse("somebody"),
                        lock.date("expiresAt").orElseThrow()))
        .findFirst();
  }
}
