package dev.godwit.engine.backup;

import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.bson.RawBsonDocument;

/// Reads all documents of a loaded collection back and compares them with the backup.
final class DocumentsCheck {

  private static final int READ_BATCH_DOCUMENTS = 1_000;

  private final MongoDatabase database;
  private final StopSignal stop;

  DocumentsCheck(MongoDatabase database, StopSignal stop) {
    this.database = database;
    this.stop = stop;
  }

  /// Compares the number alone.
  ///
  /// @throws dev.godwit.engine.RunException when it differs
  void requireCount(LoadTarget target) {
    long found = database.getCollection(target.dataName()).countDocuments();
    if (found != target.archived().documents()) {
      throw target.differs("documents", target.archived().documents(), found);
    }
  }

  /// @param read takes the number of documents that were read since the last call
  /// @throws dev.godwit.engine.RunException when number or content differ
  void requireSame(LoadTarget target, LongConsumer read) {
    Tally tally = new Tally();
    long reported = 0;
    try (MongoCursor<RawBsonDocument> cursor =
        database
            .getCollection(target.dataName(), RawBsonDocument.class)
            .find()
            .batchSize(READ_BATCH_DOCUMENTS)
            .cursor()) {
      while (cursor.hasNext()) {
        ByteBuffer bytes = cursor.next().getByteBuffer().asNIO();
        tally.add(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (cursor.available() == 0) {
          stop.check();
          read.accept(tally.documents() - reported);
          reported = tally.documents();
        }
      }
    }
    if (tally.documents() != target.archived().documents()) {
      throw target.differs("documents", target.archived().documents(), tally.documents());
    }
    if (!tally.contentHash().equals(target.archived().contentHash())) {
      throw target.differs("content hash", target.archived().contentHash(), tally.contentHash());
    }
  }
}
