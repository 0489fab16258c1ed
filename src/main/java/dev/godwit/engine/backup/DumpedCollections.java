package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/// The collections that a dump takes.
///
/// @param present in the order of their names
/// @param absent asked for, but not there
record DumpedCollections(List<CollectionMetadata> present, List<String> absent) {

  /// Always dumped, also when collections are named.
  static final String HISTORY = "_godwit_history";

  /// @param asked names, or empty for all
  /// @throws RunException when a name is the server's or Godwit's own
  static DumpedCollections find(MongoDatabase database, List<String> asked) {
    for (String name : asked) {
      if (!isUsers(name)) {
        throw RunException.refused(
            "CollectionReserved",
            null,
            "collection '%s' belongs to the server or to Godwit and is not backed up; take it out of"
                    .formatted(name)
                + " the list");
      }
    }
    Map<String, BsonDocument> found = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      found.put(info.getString("name").getValue(), info);
    }
    List<CollectionMetadata> present = new ArrayList<>();
    for (Map.Entry<String, BsonDocument> entry : found.entrySet()) {
      String name = entry.getKey();
      boolean wanted = isUsers(name) && (asked.isEmpty() || asked.contains(name));
      if (wanted || name.equals(HISTORY)) {
        CollectionMetadata metadata = ServerCollections.metadata(database, entry.getValue());
        if (!found.containsKey(metadata.dataCollection()) && !metadata.isView()) {
          throw RunException.refused(
              "TimeSeriesUnsupported",
              null,
              "time-series collection '%s' has no bucket collection on this server; name the other"
                      .formatted(name)
                  + " collections, and dump this one with mongodump");
        }
        present.add(metadata);
      }
    }
    return new DumpedCollections(
        present, asked.stream().distinct().filter(name -> !found.containsKey(name)).toList());
  }

  /// Whether a collection is neither the server's nor Godwit's own.
  static boolean isUsers(String name) {
    return !name.startsWith("system.") && !name.startsWith(CollectionName.OWN_PREFIX);
  }
}
