package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What a restore will do with each collection. Made before anything is touched.
///
/// @param load collections with documents, to be loaded
/// @param remove collections that exist and did not when the backup was taken
/// @param views views of the backup
record RestorePlan(List<Item> load, List<String> remove, List<Item> views) {

  /// @param archived as it is in the backup
  /// @param name that it gets
  /// @param live type of what has that name now; null for nothing
  record Item(ArchivedCollection archived, String name, String live) {}

  /// @throws RunException when a collection is not in the backup, or cannot be restored in this
  ///     mode
  static RestorePlan of(
      MongoDatabase database,
      BackupManifest manifest,
      String location,
      RestoreOptions options,
      RestoreMode mode) {
    Map<String, String> live = liveTypes(database);
    List<Item> load = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    List<Item> views = new ArrayList<>();
    Set<String> wanted = wanted(manifest, options.collections());
    checkRenames(wanted, options);
    for (String name : wanted) {
      Optional<ArchivedCollection> archived = manifest.collection(name);
      String renamed = options.renamed(name);
      if (archived.isPresent()) {
        Item item = new Item(archived.get(), renamed, live.get(renamed));
        (archived.get().type().equals(CollectionMetadata.VIEW) ? views : load).add(item);
      } else if (!wasAbsent(manifest, name)) {
        throw BackupFailure.refused(
            "NotInBackup",
            null,
            "backup '%s' does not say anything of collection '%s': it holds %s; name only these, or"
                + " choose another backup",
            location,
            name,
            manifest.collections().stream().map(ArchivedCollection::name).toList());
      } else if (live.containsKey(renamed)) {
        remove.add(renamed);
      }
    }
    RestorePlan plan = new RestorePlan(load, remove, views);
    if (mode == RestoreMode.Swap) {
      plan.refuseUnswappable(live);
    }
    return plan;
  }

  /// The names that the collections get, with those in the backup: what a restore is.
  Map<String, String> names() {
    Map<String, String> names = new TreeMap<>();
    load.forEach(item -> names.put(item.name(), item.archived().name()));
    views.forEach(item -> names.put(item.name(), item.archived().name()));
    remove.forEach(name -> names.put(name, ""));
    return names;
  }

  /// Number of documents to be loaded.
  long documents() {
    return load.stream().mapToLong(item -> item.archived().documents()).sum();
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

  private static void checkRenames(Set<String> wanted, RestoreOptions options) {
    for (Map.Entry<String, String> rename : new TreeMap<>(options.renames()).entrySet()) {
      if (!wanted.contains(rename.getKey())) {
        throw refusedRename(rename, "the restore does not take that collection");
      }
      if (!DumpedCollections.isUsers(rename.getValue()) || rename.getValue().isEmpty()) {
        throw refusedRename(rename, "that name belongs to the server or to Godwit");
      }
    }
    Map<String, String> taken = new HashMap<>();
    for (String name : wanted) {
      String other = taken.put(options.renamed(name), name);
      if (other != null) {
        throw BackupFailure.refused(
            "RenameRefused",
            null,
            "'%s' and '%s' would both become '%s'; nothing was changed; give them names of their own",
            other,
            name,
            options.renamed(name));
      }
    }
  }

  private static RunException refusedRename(Map.Entry<String, String> rename, String why) {
    return BackupFailure.refused(
        "RenameRefused",
        null,
        "'%s' cannot become '%s': %s; nothing was changed; correct the renames",
        rename.getKey(),
        rename.getValue(),
        why);
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

  private void refuseUnswappable(Map<String, String> live) {
    for (Item item : load) {
      refuse(item.name(), item.archived().type());
      refuse(item.name(), item.live());
    }
    remove.forEach(name -> refuse(name, live.get(name)));
    for (Item view : views) {
      if (view.live() != null && !view.live().equals(CollectionMetadata.VIEW)) {
        throw unswappable(view.name(), CollectionMetadata.VIEW);
      }
    }
  }

  private static void refuse(String name, String type) {
    if (type != null && !type.equals(CollectionMetadata.COLLECTION)) {
      throw unswappable(name, type);
    }
  }

  static RunException unswappable(String name, String type) {
    return BackupFailure.refused(
        "CannotBeSwapped",
        null,
        "'%s' is a %s, which MongoDB cannot rename, so it cannot be restored beside and swapped in;"
            + " nothing was changed; leave it out of the collections and restore it with mode"
            + " Overwrite",
        name,
        type.equals(CollectionMetadata.VIEW) ? "view" : type + " collection");
  }
}
