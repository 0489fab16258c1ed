package dev.godwit.engine.backup;

import java.util.List;

/// What a restore did.
///
/// @param collections that are now as in the backup
/// @param unchanged views that are as in the backup already
/// @param setAside collections that were renamed
/// @param documents number of documents of the restored collections
public record Restored(
    List<String> collections, List<String> unchanged, List<SetAside> setAside, long documents) {

  public Restored {
    collections = List.copyOf(collections);
    unchanged = List.copyOf(unchanged);
    setAside = List.copyOf(setAside);
  }

  /// The same, when of what was set aside only these are left.
  ///
  /// @param names that they have now
  public Restored withSetAside(List<String> names) {
    return new Restored(
        collections,
        unchanged,
        setAside.stream().filter(one -> names.contains(one.aside())).toList(),
        documents);
  }
}
