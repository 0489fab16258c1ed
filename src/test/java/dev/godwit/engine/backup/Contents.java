package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/// All that can be seen of a collection, byte by byte, for comparisons.
record Contents(String type, BsonDocument options, List<BsonDocument> indexes, List<String> hex) {

  static Contents of(MongoDatabase database, String name) {
    CollectionMetadata metadata = ServerCollections.metadata(database, name).orElseThrow();
    return new Contents(
        metadata.type(),
        metadata.options(),
        metadata.indexes().stream().sorted(Comparator.comparing(BsonDocument::toJson)).toList(),
        metadata.isView() ? List.of() : documents(database, name));
  }

  static List<String> documents(MongoDatabase database, String name) {
    return StreamSupport.stream(
            database.getCollection(name, RawBsonDocument.class).find().spliterator(), false)
        .map(document -> HexFormat.of().formatHex(bytes(document)))
        .sorted()
        .toList();
  }

  static byte[] bytes(RawBsonDocument document) {
    java.nio.ByteBuffer buffer = document.getByteBuffer().asNIO();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
