package dev.godwit.engine.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// The beginning of an archive: who wrote it, and the collections in it.
///
/// @param concurrentCollections how many collections may be begun and not ended at once;
///     mongorestore reads so many at a time
record Prelude(
    int concurrentCollections, String serverVersion, String toolVersion, List<Entry> entries) {

  /// A collection of the archive.
  ///
  /// @param size estimated bytes of its documents, for progress bars
  record Entry(String database, CollectionMetadata metadata, long size) {}

  Optional<CollectionMetadata> collection(String name) {
    return entries.stream()
        .map(Entry::metadata)
        .filter(metadata -> metadata.name().equals(name))
        .findFirst();
  }

  void write(OutputStream out) throws IOException {
    out.write(ArchiveFormat.MAGIC);
    out.write(
        ArchiveFormat.bytes(
            new BsonDocument("concurrent_collections", new BsonInt32(concurrentCollections))
                .append("version", new BsonString(ArchiveFormat.VERSION))
                .append("server_version", new BsonString(serverVersion))
                .append("tool_version", new BsonString(toolVersion))));
    for (Entry entry : entries) {
      out.write(
          ArchiveFormat.bytes(
              new BsonDocument("db", new BsonString(entry.database))
                  .append("collection", new BsonString(entry.metadata.name()))
                  .append("metadata", new BsonString(entry.metadata.toJson()))
                  .append("size", new BsonInt64(entry.size))
                  .append("type", new BsonString(entry.metadata.type()))));
    }
    out.write(ArchiveFormat.TERMINATOR);
  }

  static Prelude read(InputStream in) throws IOException {
    if (!Arrays.equals(in.readNBytes(4), ArchiveFormat.MAGIC)) {
      throw new MalformedArchiveException("it does not begin as a mongodump archive");
    }
    BlockReader reader = new BlockReader(in);
    int length = reader.next(false);
    if (length == 0) {
      throw new MalformedArchiveException("it has no header");
    }
    BsonDocument header = reader.decoded(length);
    String version = BlockReader.text(header, "version");
    if (!version.equals(ArchiveFormat.VERSION)) {
      throw new MalformedArchiveException(
          "its format is %s, known is %s".formatted(version, ArchiveFormat.VERSION));
    }
    List<Entry> entries = new ArrayList<>();
    for (length = reader.next(false); length > 0; length = reader.next(false)) {
      BsonDocument entry = reader.decoded(length);
      entries.add(
          new Entry(
              BlockReader.text(entry, "db"),
              CollectionMetadata.fromJson(
                  BlockReader.text(entry, "collection"), BlockReader.text(entry, "metadata")),
              entry.containsKey("size") ? entry.getNumber("size").longValue() : 0));
    }
    return new Prelude(
        header.getNumber("concurrent_collections", new BsonInt32(1)).intValue(),
        BlockReader.text(header, "server_version"),
        BlockReader.text(header, "tool_version"),
        List.copyOf(entries));
  }
}
