package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.bson.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Writes documents only where they still are as they were read: a write that somebody else made in
/// between is never overwritten. The condition compares the whole document; for large ones, which
/// would not fit into a command twice, the fields that change.
final class ConditionalWriter {

  /// @param current the document as it was read
  /// @param target as it should be; null to delete it
  record Write(BsonDocument current, BsonDocument target) {
    BsonValue id() {
      return current.get("_id");
    }
  }

  /// Above this many bytes the condition compares the changed fields alone.
  private static final int LARGE = 4 * 1024 * 1024;

  private ConditionalWriter() {}

  /// Writes; a write that fails does not keep the others from being done. One that finds a value of
  /// a unique index taken is tried again as long as others succeed: whether all can be written then
  /// does not depend on their order.
  ///
  /// @return how many documents still were as they were read, and are written now
  static long write(MongoCollection<BsonDocument> collection, List<Write> writes) {
    return write(collection, writes, new BulkWriteOptions());
  }

  /// As [#write], for documents that were there before: a validator that refuses them now did not
  /// keep them out then.
  static long putBack(MongoCollection<BsonDocument> collection, List<Write> writes) {
    return write(collection, writes, new BulkWriteOptions().bypassDocumentValidation(true));
  }

  private static long write(
      MongoCollection<BsonDocument> collection, List<Write> writes, BulkWriteOptions options) {
    List<Write> left = writes;
    long written = 0;
    while (!left.isEmpty()) {
      try {
        return written + count(collection.bulkWrite(models(left), options.ordered(false)));
      } catch (MongoBulkWriteException some) {
        long now = count(some.getWriteResult());
        // The values may have been given up by the others, as when values move up one after the
        // other.
        if (now == 0 || !DuplicateKeys.areAll(some)) {
          throw some;
        }
        written += now;
        left = DuplicateKeys.refused(some, left);
      }
    }
    return written;
  }

  private static long count(BulkWriteResult result) {
    return (long) result.getMatchedCount() + result.getDeletedCount();
  }

  private static List<WriteModel<BsonDocument>> models(List<Write> writes) {
    List<WriteModel<BsonDocument>> models = new ArrayList<>(writes.size());
    writes.forEach(write -> models.add(model(write)));
    return models;
  }

  private static WriteModel<BsonDocument> model(Write write) {
    BsonDocument condition = condition(write);
    if (write.target() == null) {
      return new DeleteOneModel<>(condition);
    }
    BsonDocument update = DocumentChange.asUpdate(write.current(), write.target());
    return update == null
        ? new ReplaceOneModel<>(condition, write.target())
        : new UpdateOneModel<>(condition, update);
  }

  private static BsonDocument condition(Write write) {
    BsonDocument condition = new BsonDocument("_id", write.id());
    return condition.append(
        "$expr",
        size(write.current()) > LARGE && write.target() != null
            ? fieldsUnchanged(DocumentChange.between(write.current(), write.target()))
            : equal(new BsonString("$$ROOT"), write.current()));
  }

  private static int size(BsonDocument document) {
    return document instanceof RawBsonDocument raw
        ? raw.getByteBuffer().remaining()
        : new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().remaining();
  }

  private static BsonDocument fieldsUnchanged(DocumentChange change) {
    BsonArray all = new BsonArray();
    Set<String> present = new LinkedHashSet<>();
    for (Field field : change.before()) {
      present.add(field.name());
      all.add(equal(new BsonString("$" + field.name()), field.value()));
    }
    change.after().stream()
        .filter(field -> !present.contains(field.name()))
        .forEach(
            field ->
                all.add(
                    equal(
                        new BsonDocument("$type", new BsonString("$" + field.name())),
                        new BsonString("missing"))));
    return new BsonDocument("$and", all);
  }

  private static BsonDocument equal(BsonValue expression, BsonValue value) {
    return new BsonDocument(
        "$eq", new BsonArray(List.of(expression, new BsonDocument("$literal", value))));
  }
}
