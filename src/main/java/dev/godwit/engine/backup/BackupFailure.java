package dev.godwit.engine.backup;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.Storage;
import dev.godwit.engine.storage.StorageFullException;
import dev.godwit.engine.storage.StorageRefusedException;
import java.io.IOException;

/// How backups and restores fail: what, where, and what to do next.
final class BackupFailure {

  private BackupFailure() {}

  static RunException missing(Storage storage, String location, IOException cause) {
    return refused(
        "BackupMissing",
        cause,
        "there is no finished backup at '%s' in %s: it has no %s; check the location and that the"
            + " right volume is mounted",
        location,
        storage.describe(),
        BackupManifest.NAME);
  }

  static RunException unknownFormat(Storage storage, String location, IOException cause) {
    return refused(
        "BackupFormatUnknown",
        cause,
        "backup '%s' in %s: %s; use the version of Godwit that wrote it, or a newer one",
        location,
        storage.describe(),
        cause.getMessage());
  }

  static RunException damaged(Storage storage, String location, String what, Throwable cause) {
    return refused(
        "BackupDamaged",
        cause,
        "backup '%s' in %s is damaged: %s; no collection was touched; use another backup",
        location,
        storage.describe(),
        what);
  }

  /// @param what what was tried, as in "could not …"
  static RunException ofStorage(String what, Storage storage, String location, IOException cause) {
    if (cause instanceof StorageFullException) {
      return refused(
          "StorageFull",
          cause,
          "could not %s at '%s': %s; enlarge the volume or delete old backups, then try again",
          what,
          location,
          cause.getMessage());
    }
    if (cause instanceof StorageRefusedException) {
      return refused(
          "StorageRefused",
          cause,
          "could not %s at '%s' in %s: %s",
          what,
          location,
          storage.describe(),
          cause.getMessage());
    }
    return new RunException(
        Verdict.Interrupted,
        new Failure(
            "StorageUnavailable",
            null,
            "could not %s at '%s' in %s: %s; check the volume, the next run tries again"
                .formatted(what, location, storage.describe(), cause)),
        cause);
  }

  /// @param what what was tried, as in "could not …"
  static RunException ofDatabase(String what, MongoException cause) {
    if (isTransient(cause)) {
      return new RunException(
          Verdict.Interrupted,
          new Failure(
              "DatabaseUnreachable",
              null,
              "could not %s: %s; the next run tries again".formatted(what, cause.getMessage())),
          cause);
    }
    return refused(
        "DatabaseRefused",
        cause,
        "could not %s: the server answered: %s; no collection was replaced",
        what,
        cause.getMessage());
  }

  /// Whether the connection failed or the server is changing its role, so that trying again helps;
  /// also when documents are written and it is not sure that they stay.
  static boolean isTransient(MongoException failed) {
    return failed instanceof MongoSocketException
        || failed instanceof MongoTimeoutException
        || failed instanceof MongoNotPrimaryException
        || failed instanceof MongoNodeIsRecoveringException
        || failed instanceof MongoBulkWriteException bulk && bulk.getWriteErrors().isEmpty()
        || failed.hasErrorLabel("RetryableWriteError");
  }

  static RunException refused(String reason, Throwable cause, String message, Object... values) {
    return new RunException(
        Verdict.Refused, new Failure(reason, null, message.formatted(values)), cause);
  }
}
