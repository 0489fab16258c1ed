package dev.godwit.engine.step;

import com.mongodb.client.MongoCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Deletes the documents whose `_id`s a page of [Selected] names; those that are not there any more
/// are skipped.
final class SelectedBatch implements DocumentBatch {

  /// Documents are worked on when they reach this many bytes.
  private static final int BYTES = 16 * 1024 * 1024;

  /// Documents that the server sends at once; fewer when they are large.
  private static final int BATCH = 1_000;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final StepContext context;
  private final DeleteBatch batch;

  SelectedBatch(StepContext context, DeleteBatch batch) {
    this.context = context;
    this.batch = batch;
  }

  @Override
  public void run(List<BsonDocument> page) {
    documents(page, batch::run);
  }

  @Override
  public void resume(List<BsonDocument> page) {
    documents(page, batch::resume);
  }

  /// All: nothing is selected late.
  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return Ids.set(ids);
  }

  @Override
  public long changed() {
    return batch.changed();
  }

  private void documents(List<BsonDocument> page, Consumer<List<BsonDocument>> work) {
    List<BsonDocument> documents = new ArrayList<>();
    int bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor =
        context
            .collection()
            .withDocumentClass(RawBsonDocument.class)
            .find(UndoLog.among(Ids.of(page)))
            .batchSize(BATCH)
            .iterator()) {
      while (cursor.hasNext()) {
        RawBsonDocument document = cursor.next();
        documents.add(document.decode(CODEC));
        bytes += document.getByteBuffer().remaining();
        if (bytes >= BYTES) {
          work.accept(documents);
          documents = new ArrayList<>();
          bytes = 0;
        }
      }
    }
    if (!documents.isEmpty()) {
      work.accept(documents);
    }
  }
}
