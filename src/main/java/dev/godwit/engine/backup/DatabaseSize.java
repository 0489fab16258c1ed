package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import java.util.Collection;

/// How large what a backup reads is, as the server estimates.
///
/// @param documents their number
/// @param bytes of all documents, uncompressed
public record DatabaseSize(long documents, long bytes) {

  /// Asks for the size of some collections, or of all that a backup takes. Absent ones are empty.
  ///
  /// @param collections names; empty for all
  public static DatabaseSize of(MongoDatabase database, Collection<String> collections) {
    long documents = 0;
    long bytes = 0;
    for (String name : database.listCollectionNames()) {
      if (collections.isEmpty() ? DumpedCollections.isUsers(name) : collections.contains(name)) {
        CollectionSize size = CollectionSize.of(database, name);
        documents += size.documents();
        bytes += size.bytes();
      }
    }
    return new DatabaseSize(documents, bytes);
  }
}
