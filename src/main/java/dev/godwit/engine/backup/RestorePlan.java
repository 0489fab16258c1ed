package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What a restore will do with each collection. Made before anything is touched.
///
/// @param load collections to be loaded and swapped in
/// @param remove collections that exist and did not when the backup was taken
/// @param views views of the backup that must be there, as they were, already
record RestorePlan(List<ArchivedCollection> load, List<String> remove, List<String> views) {

  /// @param asked names, or empty for all of the backup
  /// @throws RunException when a collection is not in the backup, or cannot be
  ///     swapped
  static RestorePlan of(
      MongoDatabase database, BackupManifest manifest, String location, List<String> asked) {
    Map<String, String> live = liveTypes(database);
    List<ArchivedCollection> load = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    List<String> views = new ArrayList<>();
    for (String name : wanted(manifest, asked)) {
      Optional<ArchivedCollection> archived = manifest.collection(name);
      if (archived.isEmpty() && !wasAbsent(manifest, name)) {
        throw BackupFailure.refused(
            "NotInBackup",
            null,
            "backup '%s' does not say anything of collection '%s': it holds %s; name only these, or"
                + " choose another backup",
            location,
            name,
            manifest.collections().stream().map(ArchivedCollection::name).toList());
      }
      String type = archived.map(ArchivedCollection::type).orElse(CollectionMetadata.COLLECTION);
      String liveType = live.getOrDefault(name, type);
      if (type.equals(CollectionMetadata.VIEW) && liveType.equals(type) && live.containsKey(name)) {
        views.add(name);
        continue;
      }
      refuseUnswappable(name, type);
      refuseUnswappable(name, liveType);
      if (archived.isPresent()) {
        load.add(archived.get());
      } else if (live.containsKey(name)) {
        remove.add(name);
      }
    }
    return new RestorePlan(load, remove, views);
  }

  /// All that it does something with, sorted.
  List<String> names() {
    return Stream.of(load.stream().map(ArchivedCollection::name), remove.stream(), views.stream())
        .flatMap(names -> names)
        .sorted()
        .toList();
  }

  private static Set<String> wanted(BackupManifest manifest, List<String> asked) {
    Set<String> wanted = new TreeSet<>(asked);
    if (asked.isEmpty()) {
      manifest.collections().forEach(collection -> wanted.add(collection.name()));
      wanted.addAll(manifest.absentCollections());
    }
    wanted.removeIf(name -> !DumpedCollections.isUsers(name));
    return wanted;
  }

  private static boolean wasAbsent(BackupManifest manifest, String name) {
    return manifest.wholeDatabase() || manifest.absentCollections().contains(name);
  }

  private static Map<String, String> liveTypes(MongoDatabase database) {
    Map<String, String> types = new HashMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      types.put(
          info.getString("name").getValue(),
          info.getString("type", new BsonString(CollectionMetadata.COLLECTION)).getValue());
    }
    return types;
  }

  private static void refuseUnswappable(String name, String type) {
    if (!type.equals(CollectionMetadata.COLLECTION)) {
      throw unswappable(name, type);
    }
  }

  static RunException unswappable(String name, String type) {
    return BackupFailure.refused(
        "CannotBeSwapped",
        null,
        "'%s' is a %s, which MongoDB cannot rename, so it cannot be restored beside and swapped in;"
            + " nothing was changed; leave it out of the collections and restore it with"
            + " mongorestore --nsInclude",
        name,
        type.equals(CollectionMetadata.VIEW) ? "view" : type + " collection");
  }
}
