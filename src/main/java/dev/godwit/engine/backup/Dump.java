package dev.godwit.engine.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import dev.godwit.engine.storage.StorageFullException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Writes a database, or some of its collections, into an archive that stock `mongorestore` reads.
///
/// Several readers walk the collections, and ranges of `_id` inside a collection, at once; each
/// compresses what it reads and appends it to the archive. Documents stay raw BSON. No queue lies
/// between them, so a slow storage slows the reading. Memory: for each reader a part (about 4 MiB),
/// what it is compressed to, and a page of the driver's; one reader at a time may have documents of
/// up to 16 MiB.
public final class Dump {

  /// Readers that may hold larger documents than a usual part has, at once.
  private static final int LARGE_BUFFERS = 1;

  private static final String LOCATION_IN_USE = "LocationInUse";

  private final MongoDatabase database;
  private final Storage storage;
  private final ProgressSink progress;
  private final StopSignal stop;
  private final Granularity granularity;

  public Dump(MongoDatabase database, Storage storage, ProgressSink progress, StopSignal stop) {
    this(database, storage, progress, stop, Granularity.USUAL);
  }

  /// For tests with little data.
  Dump(
      MongoDatabase database,
      Storage storage,
      ProgressSink progress,
      StopSignal stop,
      Granularity granularity) {
    this.database = database;
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.granularity = granularity;
  }

  /// Takes the backup. `manifest.json` is written last, after the check, and is what makes it one.
  ///
  /// @param location folder for it in the storage; empty for the root
  /// @param collections names, or empty for all; `_godwit_history` is always added, other
  ///     collections of Godwit never
  /// @throws RunException `LocationInUse` when a finished backup is there, also when another run
  ///     finished it meanwhile; `Interrupted` on a stop
  ///     or a lost connection: no backup is left, and no archive unless the storage was away; it
  ///     can be run again
  public BackupManifest run(
      String location,
      List<String> collections,
      Compression compression,
      BackupVerification verification) {
    return run(
        location,
        new DumpOptions(
            collections,
            compression,
            verification,
            MongoBackupSpec.DEFAULT_PARALLELISM,
            ConsistencyPolicy.Preferred));
  }

  /// Takes the backup.
  ///
  /// @param location folder for it in the storage; empty for the root
  /// @throws RunException as above
  public BackupManifest run(String location, DumpOptions options) {
    requireNoBackup(location);
    try {
      BackupManifest manifest = dump(location, options);
      finish(location, manifest, options);
      return manifest;
    } catch (MongoException failed) {
      throw BackupFailure.ofDatabase("dump database '%s'".formatted(database.getName()), failed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("write the backup", storage, location, failed);
    }
  }

  /// A pod on a node that was cut off may go on while another takes its place: what it writes then
  /// must not replace the archive of a backup that has been finished meanwhile.
  private void requireNoBackup(String location) {
    if (BackupManifest.exists(storage, location)) {
      throw BackupFailure.refused(
          LOCATION_IN_USE,
          null,
          "there is a finished backup at '%s' in %s already; choose another location",
          location,
          storage.describe());
    }
  }

  /// Checks the archive and writes the manifest. What is known to be no backup is deleted; a
  /// manifest whose writing broke off may still arrive, so its archive stays.
  private void finish(String location, BackupManifest manifest, DumpOptions options)
      throws IOException {
    try {
      if (options.verification() == BackupVerification.Checksum) {
        check(location, manifest);
      }
    } catch (RuntimeException failed) {
      discard(location, failed);
      throw failed;
    }
    requireNoBackup(location);
    try {
      manifest.write(storage, location);
    } catch (StorageFullException failed) {
      discard(location, failed);
      throw failed;
    }
    readBack(location, manifest);
  }

  /// A manifest that cannot be read is nobody's; one that can be and is not this is of another run.
  private void readBack(String location, BackupManifest manifest) throws IOException {
    if (manifest.isStoredAt(storage, location)) {
      return;
    }
    try {
      BackupManifest.read(storage, location);
    } catch (RunException failed) {
      if (failed.verdict() == Verdict.Refused) {
        delete(location, failed);
      }
      throw failed;
    }
    throw BackupFailure.refused(
        LOCATION_IN_USE,
        null,
        "another run wrote a backup to '%s' in %s at the same time; nothing was deleted; verify that one before you rely on it, or take another",
        location,
        storage.describe());
  }

  /// Nobody looks for an archive without a manifest, which takes as much room as one with. That of
  /// another run's backup stays.
  private void discard(String location, Exception failed) {
    try {
      if (BackupManifest.exists(storage, location)) {
        return;
      }
    } catch (RunException unknown) {
      failed.addSuppressed(unknown);
      return;
    }
    delete(location, failed);
  }

  private void delete(String location, Exception failed) {
    try {
      new Catalogue(storage).delete(location);
    } catch (RunException left) {
      failed.addSuppressed(left);
    }
  }

  private BackupManifest dump(String location, DumpOptions options) throws IOException {
    Instant start = Instant.now();
    String serverVersion =
        database
            .runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class)
            .getString("version")
            .getValue();
    DumpedCollections found = DumpedCollections.find(database, options.collections());
    List<DumpPlan.Sized> collections =
        found.present().stream()
            .map(one -> new DumpPlan.Sized(one, CollectionSize.of(database, one)))
            .toList();
    RoomCheck.require(
        storage,
        location,
        collections.stream().mapToLong(one -> one.size().bytes()).sum(),
        options.compression());
    ReadPoint readPoint = ReadPoint.of(database, found.present(), options.consistency());
    int readers = options.parallelism();
    Prelude prelude =
        new Prelude(
            Math.max(1, Math.min(readers, collections.size())),
            serverVersion,
            toolVersion(),
            collections.stream().map(this::entry).toList());
    Compression compression = effective(options.compression());
    String archiveName = archiveName(compression);
    try (PendingObject object = storage.create(BackupManifest.path(location, archiveName));
        ArchiveWriter writer = new ArchiveWriter(database.getName(), compression, object)) {
      writer.prelude(prelude);
      read(collections, writer, readers, readPoint);
      Instant end = Instant.now();
      requireNoBackup(location);
      object.commit();
      return new BackupManifest(
          database.getName(),
          options.collections().isEmpty(),
          prelude.toolVersion(),
          serverVersion,
          start,
          end,
          readPoint.consistency(),
          readPoint.note(),
          options.verification(),
          compression,
          archiveName,
          writer.size(),
          writer.sha256(),
          found.present().stream().map(one -> writer.collection(one.name())).toList(),
          found.absent(),
          writer.parts());
    }
  }

  private void read(
      List<DumpPlan.Sized> collections, ArchiveWriter writer, int readers, ReadPoint readPoint)
      throws IOException {
    DumpPlan plan = new DumpPlan(collections);
    DumpProgress reported = new DumpProgress(progress, collections);
    Semaphore large = new Semaphore(LARGE_BUFFERS);
    int pageBytes = PageSize.bytesFor(database);
    try (DumpReaders threads = new DumpReaders()) {
      for (int i = 0; i < readers; i++) {
        threads.start(
            new DumpReader(
                database,
                writer,
                writer.packer(large),
                plan,
                reported,
                stop,
                readers,
                pageBytes,
                granularity,
                readPoint));
      }
      threads.await();
    }
  }

  private void check(String location, BackupManifest manifest) {
    new ArchiveCheck(storage, location, manifest, stop)
        .run(bytes -> progress.report(DumpProgress.checked(manifest, bytes)));
  }

  private Prelude.Entry entry(DumpPlan.Sized collection) {
    return new Prelude.Entry(database.getName(), collection.metadata(), collection.size().bytes());
  }

  private static String archiveName(Compression compression) {
    return switch (compression.type()) {
      case Gzip -> "archive.gz";
      case Zstd -> "archive.zst";
      case None -> "archive";
    };
  }

  private static Compression effective(Compression compression) {
    return compression.typeOrDefault() == CompressionType.None
        ? new Compression(CompressionType.None, null)
        : new Compression(compression.typeOrDefault(), compression.levelOrDefault());
  }

  private static String toolVersion() {
    return "godwit "
        + Objects.requireNonNullElse(
            Dump.class.getPackage().getImplementationVersion(), "development");
  }
}
