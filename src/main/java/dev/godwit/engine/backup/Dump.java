package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/// Writes a database, or some of its collections, into an archive that stock `mongorestore` reads.
///
/// One reader walks each collection in `_id` order, so that a document which is deleted and
/// inserted again meanwhile is met at most once (capped collections: in their own order). Documents
/// stay raw BSON. Memory: a cursor's batch (at most 16 MiB as the server sends it, and once more as
/// documents) and a few buffers of 64 KiB, so 96 MiB of heap suffice for documents of any size.
public final class Dump {

  private static final int BATCH_DOCUMENTS = 5_000;
  private static final int REPORT_EVERY = 1_000;
  private static final int PERCENT_DUMPED_BEFORE_CHECK = 80;

  private final MongoDatabase database;
  private final Storage storage;
  private final ProgressSink progress;
  private final StopSignal stop;

  public Dump(MongoDatabase database, Storage storage, ProgressSink progress, StopSignal stop) {
    this.database = database;
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
  }

  /// Takes the backup. `manifest.json` is written last, after the check, and is what makes it one.
  ///
  /// @param location folder for it in the storage; empty for the root
  /// @param collections names, or empty for all; `_godwit_history` is always added, other
  ///     collections of Godwit never
  /// @throws RunException `LocationInUse` when a finished backup is there; `Interrupted` on a stop
  ///     or a lost connection: nothing is left and it can be run again
  public BackupManifest run(
      String location,
      List<String> collections,
      Compression compression,
      BackupVerification verification) {
    if (BackupManifest.exists(storage, location)) {
      throw BackupFailure.refused(
          "LocationInUse",
          null,
          "there is a finished backup at '%s' in %s already; choose another location",
          location,
          storage.describe());
    }
    try {
      BackupManifest manifest = dump(location, collections, compression, verification);
      if (verification == BackupVerification.Checksum) {
        check(location, manifest);
      }
      manifest.write(storage, location);
      if (!BackupManifest.read(storage, location).equals(manifest)) {
        throw BackupFailure.damaged(
            storage, location, "manifest.json is not what was written", null);
      }
      return manifest;
    } catch (MongoException failed) {
      throw BackupFailure.ofDatabase("dump database '%s'".formatted(database.getName()), failed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("write the backup", storage, location, failed);
    }
  }

  private BackupManifest dump(
      String location, List<String> asked, Compression compression, BackupVerification verification)
      throws IOException {
    Instant start = Instant.now();
    String serverVersion =
        database
            .runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class)
            .getString("version")
            .getValue();
    DumpedCollections found = DumpedCollections.find(database, asked);
    Prelude prelude = new Prelude(serverVersion, toolVersion(), entries(found.present()));
    String archiveName =
        compression.typeOrDefault() == CompressionType.Gzip ? "archive.gz" : "archive";
    try (PendingObject object = storage.create(BackupManifest.path(location, archiveName))) {
      ArchiveWriter writer = new ArchiveWriter(database.getName(), compression, object);
      writer.prelude(prelude);
      Estimate estimate = Estimate.of(database, prelude);
      for (CollectionMetadata metadata : found.present()) {
        stop.check();
        writer.begin(metadata);
        copy(metadata, writer, estimate);
        writer.end();
      }
      Instant end = Instant.now();
      object.commit();
      return new BackupManifest(
          database.getName(),
          asked.isEmpty(),
          prelude.toolVersion(),
          serverVersion,
          start,
          end,
          Consistency.None,
          verification,
          effective(compression),
          archiveName,
          writer.size(),
          writer.sha256(),
          writer.collections(),
          found.absent(),
          writer.parts());
    }
  }

  private void copy(CollectionMetadata metadata, ArchiveWriter writer, Estimate estimate)
      throws IOException {
    int index = estimate.begin(metadata.name());
    long done = 0;
    report(metadata, index, done, estimate);
    if (metadata.isView()) {
      return;
    }
    try (MongoCursor<RawBsonDocument> cursor = cursor(metadata)) {
      while (cursor.hasNext()) {
        ByteBuffer bytes = cursor.next().getByteBuffer().asNIO();
        writer.document(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (++done % REPORT_EVERY == 0 || cursor.available() == 0) {
          stop.check();
          report(metadata, index, done, estimate);
        }
      }
    }
    report(metadata, index, done, estimate);
    estimate.end(done);
  }

  private MongoCursor<RawBsonDocument> cursor(CollectionMetadata metadata) {
    FindIterable<RawBsonDocument> documents =
        database
            .getCollection(metadata.dataCollection(), RawBsonDocument.class)
            .find()
            .batchSize(BATCH_DOCUMENTS);
    boolean capped = metadata.options().containsKey("capped");
    if (!capped && !metadata.type().equals(CollectionMetadata.TIMESERIES)) {
      documents.sort(new BsonDocument("_id", new BsonInt32(1)));
    }
    return documents.cursor();
  }

  private void check(String location, BackupManifest manifest) {
    int collections = manifest.collections().size();
    new ArchiveCheck(storage, location, manifest, stop)
        .run(
            bytes ->
                progress.report(
                    new RunProgress(
                        RunProgress.FORM,
                        RunProgress.Activity.BackingUp,
                        manifest.archiveName(),
                        collections,
                        collections,
                        null,
                        null,
                        share(bytes, manifest.archiveSize(), PERCENT_DUMPED_BEFORE_CHECK, 100),
                        null,
                        null,
                        "reading the archive back")));
  }

  private void report(CollectionMetadata metadata, int index, long done, Estimate estimate) {
    progress.report(
        new RunProgress(
            RunProgress.FORM,
            RunProgress.Activity.BackingUp,
            metadata.name(),
            index,
            estimate.collections(),
            done,
            Math.max(done, estimate.documents()),
            share(estimate.before() + done, estimate.total(), 0, PERCENT_DUMPED_BEFORE_CHECK),
            null,
            null,
            null));
  }

  static int share(long done, long total, int from, int to) {
    return total <= 0 ? from : from + (int) ((to - from) * Math.min(done, total) / total);
  }

  private List<Prelude.Entry> entries(List<CollectionMetadata> collections) {
    List<Prelude.Entry> entries = new ArrayList<>();
    for (CollectionMetadata metadata : collections) {
      entries.add(new Prelude.Entry(database.getName(), metadata, size(metadata)));
    }
    return entries;
  }

  /// Only feeds mongorestore's progress bar, so a server that cannot tell does no harm.
  private long size(CollectionMetadata metadata) {
    if (metadata.isView()) {
      return 0;
    }
    try {
      BsonDocument stats =
          database.runCommand(
              new BsonDocument("collStats", new BsonString(metadata.name())), BsonDocument.class);
      return stats.getNumber("size", new BsonInt64(0)).longValue();
    } catch (MongoCommandException unknown) {
      return 0;
    }
  }

  private static Compression effective(Compression compression) {
    return compression.typeOrDefault() == CompressionType.Gzip
        ? new Compression(CompressionType.Gzip, compression.levelOrDefault())
        : new Compression(CompressionType.None, null);
  }

  private static String toolVersion() {
    return "godwit "
        + Objects.requireNonNullElse(
            Dump.class.getPackage().getImplementationVersion(), "development");
  }
}
