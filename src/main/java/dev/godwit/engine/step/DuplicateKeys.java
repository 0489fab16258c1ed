package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import java.util.List;

/// What unique indexes, that of `_id` among them, keep an unordered bulk write from doing. The
/// other writes of it are done.
final class DuplicateKeys {

  /// Source: MongoDB's [error codes](https://www.mongodb.com/docs/manual/reference/error-codes/).
  private static final int CODE = 11000;

  private DuplicateKeys() {}

  /// Goes on only where unique indexes are all that kept writes from being done.
  ///
  /// @throws MongoBulkWriteException the failure itself, for anything else
  static void orThrow(MongoBulkWriteException some) {
    if (!areAll(some)) {
      throw some;
    }
  }

  /// Whether unique indexes are all that kept writes from being done.
  static boolean areAll(MongoBulkWriteException some) {
    return some.getWriteConcernError() == null
        && some.getWriteErrors().stream().allMatch(error -> error.getCode() == CODE);
  }

  /// Those that the server refused.
  ///
  /// @param writes what was to be written, in the order of the bulk
  static <T> List<T> refused(MongoBulkWriteException some, List<T> writes) {
    return some.getWriteErrors().stream()
        .map(BulkWriteError::getIndex)
        .<T>map(writes::get)
        .toList();
  }
}
