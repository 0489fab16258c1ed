package dev.godwit.engine.backup;

import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/// What an archive holds, read from its first byte to its last.
///
/// @param documents of each collection, in archive order
/// @param mostOpen how many collections were begun and not ended at once, at most
record Archived(Prelude prelude, Map<String, List<BsonDocument>> documents, int mostOpen) {

  static Archived read(Storage storage, String archive) {
    Map<String, List<BsonDocument>> documents = new HashMap<>();
    Set<String> open = new HashSet<>();
    int[] mostOpen = {0};
    try (InputStream in = storage.open(archive, 0)) {
      Prelude prelude =
          ArchiveReader.read(
              in,
              new BlockVisitor() {
                @Override
                public void document(String database, String name, byte[] buffer, int length) {
                  open.add(name);
                  mostOpen[0] = Math.max(mostOpen[0], open.size());
                  documents
                      .computeIfAbsent(name, key -> new ArrayList<>())
                      .add(new RawBsonDocument(Arrays.copyOf(buffer, length)));
                }

                @Override
                public void end(String database, String name, long crc) {
                  open.remove(name);
                  documents.computeIfAbsent(name, key -> new ArrayList<>());
                }
              });
      return new Archived(prelude, documents, mostOpen[0]);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
