package dev.godwit.engine.backup;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a backup holds: `manifest.json`, written last. A folder without it is no backup.
///
/// @param database that was dumped
/// @param wholeDatabase whether all collections were asked for, not named ones
/// @param toolVersion version of Godwit
/// @param serverVersion version of the server
/// @param startTime when the dump began
/// @param endTime when the last document was read
/// @param consistency whether all collections are of one point in time
/// @param consistencyNote why they are not; null when they are
/// @param verification how the archive was checked before this was written
/// @param compression of the archive, with no part left out
/// @param archiveName file name of the archive, in the same folder
/// @param archiveSize bytes of the archive
/// @param archiveSha256 over the whole archive
/// @param collections in archive order
/// @param absentCollections collections that were asked for and did not exist
/// @param parts of the archive, in order, without gaps
public record BackupManifest(
    String database,
    boolean wholeDatabase,
    String toolVersion,
    String serverVersion,
    Instant startTime,
    Instant endTime,
    Consistency consistency,
    String consistencyNote,
    BackupVerification verification,
    Compression compression,
    String archiveName,
    long archiveSize,
    String archiveSha256,
    List<ArchivedCollection> collections,
    List<String> absentCollections,
    List<ArchivePart> parts) {

  /// Name of the manifest's file.
  public static final String NAME = "manifest.json";

  public BackupManifest {
    collections = List.copyOf(collections);
    absentCollections = List.copyOf(absentCollections);
    parts = List.copyOf(parts);
  }

  /// Whether `location` holds a finished backup.
  ///
  /// @throws RunException when the storage fails
  public static boolean exists(Storage storage, String location) {
    try {
      return storage.exists(path(location, NAME));
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("look for the backup", storage, location, failed);
    }
  }

  /// Reads the manifest of a backup.
  ///
  /// @param location folder of the backup in its storage; empty for the root
  /// @throws RunException when there is none, when it was written by a newer
  ///     Godwit, or when it was changed since
  public static BackupManifest read(Storage storage, String location) {
    try (InputStream in = storage.open(path(location, NAME), 0)) {
      return ManifestJson.read(in);
    } catch (NoSuchFileException missing) {
      throw BackupFailure.missing(storage, location, missing);
    } catch (UnknownFormatException unknown) {
      throw BackupFailure.unknownFormat(storage, location, unknown);
    } catch (MalformedArchiveException malformed) {
      throw BackupFailure.damaged(storage, location, malformed.getMessage(), malformed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the manifest", storage, location, failed);
    }
  }

  void write(Storage storage, String location) throws IOException {
    try (PendingObject object = storage.create(path(location, NAME))) {
      ManifestJson.write(this, object);
      object.commit();
    }
  }

  /// The collection of that name.
  public Optional<ArchivedCollection> collection(String name) {
    return collections.stream().filter(collection -> collection.name().equals(name)).findFirst();
  }

  /// Number of documents of all collections.
  public long documents() {
    return collections.stream().mapToLong(ArchivedCollection::documents).sum();
  }

  /// Bytes of the documents of all collections.
  public long bytes() {
    return collections.stream().mapToLong(ArchivedCollection::bytes).sum();
  }

  /// SHA-256 of `manifest.json`.
  public String sha256() {
    try {
      return sha256(out -> ManifestJson.write(this, out));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// Whether the stored manifest is this one, byte by byte.
  boolean isStoredAt(Storage storage, String location) throws IOException {
    try (InputStream in = storage.open(path(location, NAME), 0)) {
      return sha256(in::transferTo).equals(sha256());
    } catch (NoSuchFileException missing) {
      return false;
    }
  }

  @FunctionalInterface
  private interface Text {
    void writeTo(OutputStream out) throws IOException;
  }

  private static String sha256(Text text) throws IOException {
    MessageDigest digest = Sha256.digest();
    text.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return Sha256.hex(digest.digest());
  }

  /// What the operator is told.
  ///
  /// @param location folder of the backup in its storage
  public BackupSummary summary(String location) {
    return new BackupSummary(
        location,
        archiveSize,
        bytes(),
        documents(),
        collections.size(),
        consistency,
        consistencyNote,
        verification == BackupVerification.Checksum,
        serverVersion,
        sha256());
  }

  static String path(String location, String name) {
    return location.isEmpty() ? name : location + "/" + name;
  }
}
