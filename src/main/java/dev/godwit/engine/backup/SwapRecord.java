package dev.godwit.engine.backup;

import java.util.List;
import org.bson.BsonDocument;

/// The renames of one restore.
///
/// @param location of the backup
/// @param request what is restored how, see [LoadJournal]
/// @param finished whether all are done
/// @param documents number of documents of the restored collections
/// @param unchanged views that are as in the backup already
/// @param create views that come when the renames are done
/// @param renames one for each collection
record SwapRecord(
    String location,
    String request,
    boolean finished,
    long documents,
    List<String> unchanged,
    List<View> create,
    List<Rename> renames) {

  SwapRecord asFinished() {
    return new SwapRecord(location, request, true, documents, unchanged, create, renames);
  }

  /// @param options its definition, as `listCollections` gives it
  record View(String name, BsonDocument options) {}

  /// @param collection its name
  /// @param restored whether a shadow takes its place; otherwise it only goes
  /// @param existed whether it was there when the swap began
  /// @param firstAside lowest number of a name aside that was free when the swap began
  /// @param uuid of the shadow, which it keeps when it is renamed; null when there is none, or the
  ///     server does not say
  record Rename(
      String collection, boolean restored, boolean existed, int firstAside, String uuid) {}
}
