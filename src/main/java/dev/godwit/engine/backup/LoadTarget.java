package dev.godwit.engine.backup;

import dev.godwit.engine.RunException;
import java.util.List;

/// A collection of a backup, and where it is loaded.
///
/// @param name what it is called while it is loaded: of a swap, its shadow
/// @param metadata options and indexes
/// @param archived what the backup says of its documents
/// @param parts indexes of its parts in the manifest, in archive order; none of an archive that can
///     only be read from its beginning
/// @param consequence for messages: what a failure means for the live collections
record LoadTarget(
    String name,
    CollectionMetadata metadata,
    ArchivedCollection archived,
    List<Integer> parts,
    String consequence) {

  /// Where the documents go: of a time series, its buckets.
  String dataName() {
    return CollectionMetadata.dataCollection(name, metadata.type());
  }

  /// Whether the order of the documents is part of what they are.
  boolean isOrdered() {
    return metadata.options().containsKey("capped");
  }

  /// For tests.
  String label() {
    return name.startsWith("_godwit_shadow_") ? "shadow of " + archived.name() : name;
  }

  RunException differs(String what, Object expected, Object found) {
    return BackupFailure.refused(
        "RestoreDiffers",
        null,
        "collection '%s' as loaded from the backup differs in %s: expected %s, found %s; %s;"
            + " restore on the kind of server that was backed up, see serverVersion in"
            + " manifest.json",
        archived.name(),
        what,
        expected,
        found,
        consequence);
  }
}
