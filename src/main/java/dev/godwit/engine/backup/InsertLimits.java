package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// How much goes into one insert command.
///
/// @param documents most documents
/// @param bytes of documents after which no other is added
record InsertLimits(int documents, long bytes) {

  /// A part of small documents. A command has its price on the server: with 1,000 FerretDB took a
  /// quarter more processor time. Some servers refuse more than 25,000 whatever they say.
  private static final int DOCUMENTS = 5_000;

  private static final long BYTES = 5 << 20;

  /// The limits of a server, by its `hello`.
  static InsertLimits of(MongoDatabase database) {
    BsonDocument hello =
        database.runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class);
    int most = hello.getNumber("maxWriteBatchSize", new BsonInt32(DOCUMENTS)).intValue();
    int message = hello.getNumber("maxMessageSizeBytes", new BsonInt32(48_000_000)).intValue();
    return new InsertLimits(Math.min(DOCUMENTS, most), Math.min(BYTES, message / 2));
  }
}
