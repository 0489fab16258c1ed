package dev.godwit.engine.run;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import java.util.Set;

/// Tells failures that pass by themselves from those that a repetition meets again.
final class TransientFailures {

  /// Interrupted, NotWritablePrimary, shutdown and step-down codes of MongoDB's "retryable" list,
  // MaxTimeMSExpired.
  private static final Set<Integer> CODES =
      Set.of(6, 7, 50, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436);

  private TransientFailures() {}

  /// Whether it is worth to try again: the server could not be reached, stepped down, or was too
  // slow.
  static boolean isTransient(MongoException failure) {
    return switch (failure) {
      case MongoSecurityException _ -> false;
      case MongoSocketException _ -> true;
      case MongoTimeoutException _ -> true;
      case MongoNotPrimaryException _ -> true;
      case MongoNodeIsRecoveringException _ -> true;
      case MongoInterruptedException _ -> true;
      case MongoClientException _ -> false;
      default ->
          CODES.contains(failure.getCode())
              || failure.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
              || failure.hasErrorLabel("RetryableWriteError");
    };
  }
}
