package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// How much goes into one insert command.
///
/// @param documents most documents
/// @param bytes of documents after which no other is added
record InsertLimits(int documents, long bytes) {

  /// For small documents. Some servers refuse more than 25,000 whatever they say.
  private static final int DOCUMENTS = 5_000;

  /// Restores of documents of 1 KB took as long with 1 as with 5 MiB on FerretDB; what is held for
  /// smaller batches ends in the heap's young part (165 MB resident, with 5 MiB 213).
  private static final long BYTES = 2 << 20;

  /// The limits of a server, by its `hello`.
  static InsertLimits of(MongoDatabase database) {
    BsonDocument hello =
        database.runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class);
    int most = hello.getNumber("maxWriteBatchSize", new BsonInt32(DOCUMENTS)).intValue();
    int message = hello.getNumber("maxMessageSizeBytes", new BsonInt32(48_000_000)).intValue();
    return new InsertLimits(Math.min(DOCUMENTS, most), Math.min(BYTES, message / 2));
  }
}
