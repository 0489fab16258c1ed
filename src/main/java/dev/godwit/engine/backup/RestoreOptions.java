package dev.godwit.engine.backup;

import java.util.List;
import java.util.Map;

/// What of a backup is restored, and how. The database that it is restored into is the one that
/// [Restore] was made for.
///
/// @param collections names in the backup, or empty for all
/// @param renames new names, by the names in the backup; the others keep theirs
/// @param from the database in an archive of mongodump that holds more than one; null for its only
///     one, or the one that is called like the target. A backup of Godwit holds one
/// @param parallelism how many threads check and load, at least 1
public record RestoreOptions(
    List<String> collections, Map<String, String> renames, String from, int parallelism) {

  /// Threads unless said otherwise: while the server works on the batch of one, another unpacks.
  public static final int DEFAULT_PARALLELISM = 2;

  public RestoreOptions {
    collections = List.copyOf(collections);
    renames = Map.copyOf(renames);
  }

  /// Some collections under their names, or all.
  ///
  /// @param collections names in the backup, or empty for all
  public static RestoreOptions of(List<String> collections) {
    return new RestoreOptions(collections, Map.of(), null, DEFAULT_PARALLELISM);
  }

  /// The name that a collection gets.
  public String renamed(String collection) {
    return renames.getOrDefault(collection, collection);
  }
}
