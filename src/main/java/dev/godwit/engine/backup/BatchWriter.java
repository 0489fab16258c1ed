package dev.godwit.engine.backup;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.engine.StopSignal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.RawBsonDocument;

/// Collects documents of one collection and inserts them. Holds at most the limits' bytes and one
/// document more.
final class BatchWriter implements BlockVisitor {

  private static final int DUPLICATE_KEY = 11000;

  private final MongoCollection<RawBsonDocument> collection;
  private final LoadTarget target;
  private final InsertLimits limits;
  private final StopSignal stop;
  private final ActHook hook;
  private final InsertManyOptions options;
  private final boolean again;
  private final List<RawBsonDocument> documents = new ArrayList<>();
  private long bytes;
  private long inserted;

  /// @param again whether documents may be there already, from a batch whose answer was lost
  BatchWriter(
      MongoDatabase database,
      LoadTarget target,
      InsertLimits limits,
      StopSignal stop,
      ActHook hook,
      boolean again) {
    this.collection = database.getCollection(target.dataName(), RawBsonDocument.class);
    this.target = target;
    this.limits = limits;
    this.stop = stop;
    this.hook = hook;
    this.again = again;
    this.options = new InsertManyOptions().ordered(target.isOrdered());
  }

  /// Number of documents that are in.
  long inserted() {
    return inserted;
  }

  @Override
  public void document(String source, String name, byte[] buffer, int length) {
    documents.add(new RawBsonDocument(Arrays.copyOf(buffer, length)));
    bytes += length;
    if (documents.size() >= limits.documents() || bytes >= limits.bytes()) {
      send();
    }
  }

  @Override
  public void end(String source, String name, long crc) {}

  /// Inserts what is collected.
  void send() {
    if (documents.isEmpty()) {
      return;
    }
    stop.check();
    hook.before("load into " + target.label());
    try {
      collection.insertMany(documents, options);
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
    inserted += documents.size();
    documents.clear();
    bytes = 0;
  }

  private static boolean onlyDuplicates(MongoBulkWriteException failed) {
    return failed.getWriteConcernError() == null
        && failed.getWriteErrors().stream().allMatch(error -> error.getCode() == DUPLICATE_KEY);
  }
}
