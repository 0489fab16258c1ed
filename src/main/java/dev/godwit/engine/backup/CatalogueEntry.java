package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import java.time.Instant;

/// A backup that was found in a storage.
///
/// @param location its folder; empty for the root
/// @param state whether it can be restored; without `Complete` all that follows is null, but the
///     problem
/// @param database that was dumped
/// @param startTime when the dump began
/// @param endTime when the last document was read
/// @param size bytes of the archive
/// @param sizeUncompressed bytes of its documents
/// @param documents number of documents
/// @param collections number of collections
/// @param wholeDatabase whether all collections were asked for
/// @param compression of the archive
/// @param consistency whether all is of one point in time
/// @param verified whether it was read back and compared when it was written
/// @param serverVersion version of the server
/// @param manifestSha256 SHA-256 of `manifest.json`
/// @param problem why it cannot be restored; null when it can
public record CatalogueEntry(
    String location,
    State state,
    String database,
    Instant startTime,
    Instant endTime,
    Long size,
    Long sizeUncompressed,
    Long documents,
    Integer collections,
    Boolean wholeDatabase,
    CompressionType compression,
    Consistency consistency,
    Boolean verified,
    String serverVersion,
    String manifestSha256,
    String problem) {

  /// Whether a backup can be restored.
  public enum State {
    /// It has a manifest that can be read.
    Complete,
    /// It has an archive and no manifest: it is being written, or its run has failed.
    Unfinished,
    /// Its manifest is damaged, or of a version of Godwit that this one does not know.
    Unreadable
  }

  static CatalogueEntry complete(String location, BackupManifest manifest) {
    return new CatalogueEntry(
        location,
        State.Complete,
        manifest.database(),
        manifest.startTime(),
        manifest.endTime(),
        manifest.archiveSize(),
        manifest.bytes(),
        manifest.documents(),
        manifest.collections().size(),
        manifest.wholeDatabase(),
        manifest.compression().typeOrDefault(),
        manifest.consistency(),
        manifest.summary(location).verified(),
        manifest.serverVersion(),
        manifest.sha256(),
        null);
  }

  static CatalogueEntry other(String location, State state, String problem) {
    return new CatalogueEntry(
        location, state, null, null, null, null, null, null, null, null, null, null, null, null,
        null, problem);
  }
}
