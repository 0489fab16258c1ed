package dev.godwit.engine.backup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.RawBsonDocument;

/// Collects documents of one collection and inserts them. Holds at most the limits' bytes and one
/// document more.
final class BatchWriter implements BlockVisitor {

  private final Inserter inserter;
  private final LoadTarget target;
  private final boolean again;
  private final List<RawBsonDocument> documents = new ArrayList<>();
  private long bytes;

  /// @param again whether documents may be there already, from a batch whose answer was lost
  BatchWriter(Inserter inserter, LoadTarget target, boolean again) {
    this.inserter = inserter;
    this.target = target;
    this.again = again;
  }

  @Override
  public void document(String source, String name, byte[] buffer, int length) {
    documents.add(new RawBsonDocument(Arrays.copyOf(buffer, length)));
    bytes += length;
    if (documents.size() >= inserter.limits().documents() || bytes >= inserter.limits().bytes()) {
      send();
    }
  }

  @Override
  public void end(String source, String name, long crc) {}

  /// Inserts what is collected.
  void send() {
    inserter.insert(target, documents, again);
    documents.clear();
    bytes = 0;
  }
}
