package dev.godwit.engine.backup;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/// A backup that can be restored: a folder of Godwit's with its manifest, or an archive of
/// mongodump that is named itself. One of Godwit's own archives that lost its manifest can be
/// named, too.
public final class StoredArchive {

  private final Storage storage;
  private final String location;
  private final BackupManifest manifest;
  private final Optional<StockArchive.Found> stock;

  private StoredArchive(
      Storage storage,
      String location,
      BackupManifest manifest,
      Optional<StockArchive.Found> stock) {
    this.storage = storage;
    this.location = location;
    this.manifest = manifest;
    this.stock = stock;
  }

  /// Reads the manifest; an archive of mongodump has none and is read through and checked.
  ///
  /// @param location folder of a backup of Godwit, or name of an archive
  /// @param from the database of the archive; null for its only one, or for `otherwise`
  /// @param otherwise the database that is restored into
  /// @throws RunException `Refused` when there is no finished backup, or it is damaged
  public static StoredArchive open(
      Storage storage,
      String location,
      String from,
      String otherwise,
      ProgressSink progress,
      StopSignal stop) {
    try {
      if (location.isEmpty()
          || storage.exists(BackupManifest.path(location, BackupManifest.NAME))
          || !storage.exists(location)) {
        return new StoredArchive(
            storage, location, BackupManifest.read(storage, location), Optional.empty());
      }
      long size = storage.size(location);
      LongConsumer report = read -> report(progress, location, read, size);
      try (InputStream in = storage.open(location, 0)) {
        StockArchive.Found found =
            StockArchive.scan(in, location, size, from, otherwise, stop, report);
        return new StoredArchive(storage, location, found.manifest(), Optional.of(found));
      }
    } catch (MalformedArchiveException malformed) {
      throw BackupFailure.damaged(storage, location, malformed.getMessage(), malformed);
    } catch (ZipException | EOFException broken) {
      throw BackupFailure.damaged(
          storage, location, "it cannot be uncompressed: " + broken.getMessage(), broken);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the backup", storage, location, failed);
    }
  }

  private static void report(ProgressSink progress, String location, long read, long size) {
    progress.report(
        new RunProgress(
            RunProgress.FORM,
            RunProgress.Activity.Restoring,
            location,
            null,
            null,
            null,
            null,
            DumpProgress.share(read, size, 0, RestoreProgress.CHECKED),
            null,
            null,
            "checking the archive"));
  }

  /// What the backup holds. That of an archive of mongodump is made from it and has no times.
  public BackupManifest manifest() {
    return manifest;
  }

  /// Which versions were applied when the backup was taken.
  ///
  /// @throws RunException `Refused` when the backup is damaged
  public HistoryState history() {
    return stock
        .map(found -> ArchivedHistory.of(found.history()))
        .orElseGet(() -> ArchivedHistory.read(storage, location, manifest));
  }

  String location() {
    return location;
  }

  Storage storage() {
    return storage;
  }

  /// Checks all that was not checked when it was opened.
  Prelude check(int threads, ByteBudget budget, StopSignal stop, LongConsumer bytesRead) {
    return stock
        .map(StockArchive.Found::prelude)
        .orElseGet(
            () ->
                new ArchiveCheck(storage, location, manifest, stop, threads, budget)
                    .run(bytesRead));
  }

  /// Whether it can only be read from its beginning.
  boolean isStream() {
    return stock.isPresent() && manifest.compression().typeOrDefault() == CompressionType.Gzip;
  }

  PartSource parts() {
    return stock.isPresent()
        ? PartSource.ofDocuments(storage, location, manifest)
        : new PartSource(storage, location, manifest);
  }

  /// The whole archive, of one that is a stream.
  InputStream stream() throws IOException {
    return storage.open(location, 0);
  }

  /// The parts of a collection, as indexes, in archive order.
  List<Integer> partsOf(ArchivedCollection collection) {
    List<ArchivePart> parts = manifest.parts();
    return IntStream.range(0, parts.size())
        .filter(part -> collection.dataCollection().equals(parts.get(part).collection()))
        .boxed()
        .toList();
  }
}
