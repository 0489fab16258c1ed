package dev.godwit.engine.backup;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.engine.StopSignal;
import java.util.List;
import org.bson.RawBsonDocument;

/// Inserts documents as they are.
final class Inserter {

  private static final int DUPLICATE_KEY = 11000;

  private final MongoDatabase database;
  private final InsertLimits limits;
  private final StopSignal stop;
  private final ActHook hook;

  Inserter(MongoDatabase database, StopSignal stop, ActHook hook) {
    this.database = database;
    this.limits = InsertLimits.of(database);
    this.stop = stop;
    this.hook = hook;
  }

  InsertLimits limits() {
    return limits;
  }

  /// @param again whether documents may be there already, from a batch whose answer was lost
  void insert(LoadTarget target, List<RawBsonDocument> documents, boolean again) {
    if (documents.isEmpty()) {
      return;
    }
    stop.check();
    hook.before("load into " + target.label());
    try {
      database
          .getCollection(target.dataName(), RawBsonDocument.class)
          .insertMany(documents, new InsertManyOptions().ordered(target.isOrdered()));
    } catch (MongoBulkWriteException failed) {
      if (BackupFailure.isTransient(failed)) {
        throw failed;
      }
      if (!again || !onlyDuplicates(failed)) {
        throw BackupFailure.refused(
            "LoadFailed",
            failed,
            "the server refused documents of collection '%s': %s; %s",
            target.archived().name(),
            failed.getMessage(),
            target.consequence());
      }
    }
  }

  private static boolean onlyDuplicates(MongoBulkWriteException failed) {
    return failed.getWriteConcernError() == null
        && failed.getWriteErrors().stream().allMatch(error -> error.getCode() == DUPLICATE_KEY);
  }
}
