package dev.godwit.engine.run;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.bulk.WriteConcernError;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.changelog.CompiledStep;
import java.util.Set;

/// Tells failures that pass by themselves from those that a repetition meets again.
final class TransientFailures {

  /// Interrupted, NotWritablePrimary, shutdown and step-down codes of MongoDB's "retryable" list,
  /// MaxTimeMSExpired, CursorNotFound, WriteConcernTimeout, WriteConflict, QueryPlanKilled; and
  /// what a router or a server under pressure says: LockTimeout, ConflictingOperationInProgress,
  /// FailedToSatisfyReadPreference, StaleEpoch, CursorKilled, TemporarilyUnavailable, StaleConfig.
  private static final Set<Integer> CODES =
      Set.of(
          6, 7, 24, 43, 50, 64, 89, 91, 112, 117, 133, 134, 150, 175, 189, 237, 262, 365, 9001,
          10107, 11600, 11602, 13388, 13435, 13436);

  private TransientFailures() {}

  /// Whether it is worth to try again: the server could not be reached, stepped down, or was too
  /// slow.
  static boolean isTransient(MongoException failure) {
    return switch (failure) {
      case MongoSecurityException _ -> false;
      case MongoSocketException _ -> true;
      case MongoTimeoutException _ -> true;
      case MongoNotPrimaryException _ -> true;
      case MongoNodeIsRecoveringException _ -> true;
      case MongoInterruptedException _ -> true;
      case MongoConnectionPoolClearedException _ -> true;
      case MongoServerUnavailableException _ -> true;
      case MongoClientException _ -> false;
      case MongoBulkWriteException bulk -> isTransient(bulk);
      default ->
          CODES.contains(failure.getCode())
              || failure.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
              || failure.hasErrorLabel("RetryableWriteError");
    };
  }

  /// The exception's own code says nothing; its errors do.
  private static boolean isTransient(MongoBulkWriteException bulk) {
    WriteConcernError concern = bulk.getWriteConcernError();
    return bulk.getWriteErrors().stream().allMatch(error -> CODES.contains(error.getCode()))
        && (concern == null || CODES.contains(concern.getCode()));
  }

  /// The failure of a step for a command that the driver could not write, because it is too large
  /// or too deep.
  static RunException notSent(
      RuntimeException failure, CompiledStep step, String reason, String what) {
    return new RunException(
        Verdict.StepFailed,
        new Failure(
            reason,
            step.name(),
            "%s '%s' on '%s': a command would be larger than the server takes (%s); set a smaller batches.size, or change fewer fields in one step"
                .formatted(what, step.name(), step.operation().collection(), failure.getMessage())),
        failure);
  }

  /// The failure of a step for an error of the server.
  ///
  /// @param what `step` or `undo of step`
  /// @throws MongoException the error itself, when it passes by itself
  static RunException unlessTransient(
      MongoException failure, CompiledStep step, String reason, String what) {
    if (isTransient(failure)) {
      throw failure;
    }
    return new RunException(
        Verdict.StepFailed,
        new Failure(
            reason,
            step.name(),
            "%s '%s' on '%s': %s"
                .formatted(
                    what, step.name(), step.operation().collection(), ServerMessage.of(failure))),
        failure);
  }
}
