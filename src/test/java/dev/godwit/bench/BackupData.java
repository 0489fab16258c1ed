package dev.godwit.bench;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Documents of about 1 KB, of words, numbers and random digits: gzip at level 6 makes about a
/// third of them. The same for every run.
final class BackupData {

  private static final String[] WORDS =
      ("harbour winter silver meadow lantern copper violet thunder anchor willow marble falcon ember"
              + " crystal garden summit river shadow timber velvet")
          .split(" ");
  private static final int NOTE_LENGTH = 500;
  private static final int TOKEN_BYTES = 120;
  private static final int BATCH = 2_000;
  private static final long SEED = 5;

  private BackupData() {}

  /// Fills collections `orders0`, `orders1`, … of a new database.
  ///
  /// @return bytes of all documents
  static long fill(MongoDatabase database, int collections, int documents) {
    database.drop();
    Random random = new Random(SEED);
    long bytes = 0;
    for (int collection = 0; collection < collections; collection++) {
      MongoCollection<RawBsonDocument> orders =
          database.getCollection("orders" + collection, RawBsonDocument.class);
      List<RawBsonDocument> batch = new ArrayList<>();
      for (int id = 0; id < documents; id++) {
        RawBsonDocument document =
            new RawBsonDocument(document(random, id), new BsonDocumentCodec());
        bytes += document.getByteBuffer().remaining();
        batch.add(document);
        if (batch.size() == BATCH || id == documents - 1) {
          orders.insertMany(batch, new InsertManyOptions().ordered(false));
          batch.clear();
        }
      }
    }
    return bytes;
  }

  static BsonDocument document(Random random, int id) {
    StringBuilder note = new StringBuilder();
    while (note.length() < NOTE_LENGTH) {
      note.append(word(random)).append(' ');
    }
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    return new BsonDocument("_id", new BsonInt32(id))
        .append(
            "customer",
            new BsonString(
                "%s.%s%d@example.org"
                    .formatted(word(random), word(random), random.nextInt(100_000))))
        .append("createdAt", new BsonDateTime(1_700_000_000_000L + random.nextInt(1 << 30)))
        .append("status", new BsonString(random.nextBoolean() ? "delivered" : "pending"))
        .append("total", new BsonDouble(random.nextInt(100_000) / 100.0))
        .append(
            "address",
            new BsonDocument(
                    "street",
                    new BsonString("%s street %d".formatted(word(random), random.nextInt(300))))
                .append("city", new BsonString(word(random) + "ville"))
                .append("zip", new BsonString(Integer.toString(10_000 + random.nextInt(89_999)))))
        .append("token", new BsonString(HexFormat.of().formatHex(token)))
        .append("note", new BsonString(note.toString()));
  }

  private static String word(Random random) {
    return WORDS[random.nextInt(WORDS.length)];
  }
}
