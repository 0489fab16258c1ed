package dev.godwit.engine.backup;

import dev.godwit.engine.RunException;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonBinaryReader;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;

/// The history that a backup holds: which versions were applied when it was taken. It is never
/// restored; [Restore] leaves it out.
public final class ArchivedHistory {

  private ArchivedHistory() {}

  /// Reads it; empty when nothing had run.
  ///
  /// @param location folder of the backup in its storage
  /// @throws RunException `Refused` when the backup is damaged
  public static HistoryState read(Storage storage, String location, BackupManifest manifest) {
    List<byte[]> documents = new ArrayList<>();
    BlockVisitor visitor =
        new BlockVisitor() {
          @Override
          public void document(String database, String collection, byte[] buffer, int length) {
            documents.add(Arrays.copyOf(buffer, length));
          }

          @Override
          public void end(String database, String collection, long crc) {}
        };
    PartSource source = new PartSource(storage, location, manifest);
    try {
      for (ArchivePart part : manifest.parts()) {
        if (DumpedCollections.HISTORY.equals(part.collection())) {
          source.visit(part, visitor);
        }
      }
      return of(documents);
    } catch (MalformedArchiveException changed) {
      throw BackupFailure.damaged(storage, location, changed.getMessage(), changed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the archive", storage, location, failed);
    }
  }

  /// @param documents of the collection
  static HistoryState of(List<byte[]> documents) {
    return History.fold(
        documents.stream()
            .map(
                document -> {
                  try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(document))) {
                    return new BsonDocumentCodec().decode(reader, DecoderContext.builder().build());
                  }
                })
            .toList());
  }
}
