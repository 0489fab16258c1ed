package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.bson.BsonDocument;

/// Writes a backup without a server.
final class StoredBackup {

  static final String LOCATION = "b/1";

  private StoredBackup() {}

  static BackupManifest write(
      Storage storage, CompressionType type, Map<String, List<BsonDocument>> collections)
      throws IOException {
    Compression compression = new Compression(type, type == CompressionType.None ? null : 1);
    List<CollectionMetadata> metadata =
        collections.keySet().stream().map(StoredBackup::metadata).toList();
    Prelude prelude =
        new Prelude(
            1,
            "8.0.4",
            "godwit test",
            metadata.stream().map(one -> new Prelude.Entry("shop", one, 0)).toList());
    try (PendingObject object = storage.create(LOCATION + "/archive")) {
      ArchiveWriter writer = new ArchiveWriter("shop", compression, object);
      writer.prelude(prelude);
      try (PartPacker packer = writer.packer(new Semaphore(1))) {
        for (CollectionMetadata one : metadata) {
          packer.begin(one, true);
          for (BsonDocument document : collections.get(one.name())) {
            byte[] bytes = ArchiveFormat.bytes(document);
            packer.add(bytes, 0, bytes.length);
          }
          packer.flush();
          writer.end(one);
        }
      }
      object.commit();
      BackupManifest manifest =
          new BackupManifest(
              "shop",
              false,
              "godwit test",
              "8.0.4",
              Instant.parse("2026-01-02T03:04:05Z"),
              Instant.parse("2026-01-02T03:04:06Z"),
              Consistency.None,
              "the server is no member of a replica set",
              BackupVerification.Checksum,
              compression,
              "archive",
              writer.size(),
              writer.sha256(),
              metadata.stream().map(one -> writer.collection(one.name())).toList(),
              List.of("absent"),
              writer.parts());
      manifest.write(storage, LOCATION);
      return manifest;
    }
  }

  private static CollectionMetadata metadata(String name) {
    return new CollectionMetadata(
        name,
        CollectionMetadata.COLLECTION,
        BsonDocument.parse("{validator: {x: {$type: 'int'}, y: {$gt: {$numberLong: '1'}}}}"),
        List.of(BsonDocument.parse("{v: 2, key: {b: 1, a: -1}, name: 'b_1_a_-1'}")),
        "0123456789abcdef0123456789abcdef");
  }
}
