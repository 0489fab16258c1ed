package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.engine.StopSignal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/// Reads an archive of mongodump through, checks it, and makes the manifest that it lacks. Of an
/// archive without compression the documents are cut into parts that can be read alone; a
/// compressed one can only be read from its beginning, and has no parts.
final class StockArchive {

  /// Bytes of documents after which a part is ended.
  private static final int PART_BYTES = 4 << 20;

  /// Stored bytes after which it is reported and looked whether to stop.
  private static final int STEP_BYTES = 8 << 20;

  private final List<ArchivePart> parts = new ArrayList<>();
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final String name;
  private final List<byte[]> history = new ArrayList<>();
  private String database;

  private StockArchive(String name) {
    this.name = name;
  }

  /// What was found.
  ///
  /// @param history documents of `_godwit_history`
  record Found(BackupManifest manifest, Prelude prelude, List<byte[]> history) {}

  /// @param name of the object, for the manifest
  /// @param size of the object in bytes
  /// @param from the database that is wanted; null for the only one, or for `otherwise`
  /// @param bytesRead takes the number of stored bytes that were read
  /// @throws MalformedArchiveException when it is no whole archive, or a CRC is wrong
  static Found scan(
      InputStream in,
      String name,
      long size,
      String from,
      String otherwise,
      StopSignal stop,
      LongConsumer bytesRead)
      throws IOException {
    MessageDigest sha256 = Sha256.digest();
    DigestInputStream stored = new DigestInputStream(new Reporting(in, stop, bytesRead), sha256);
    ArchiveReader reader = new ArchiveReader(stored);
    StockArchive archive = new StockArchive(name);
    Prelude whole =
        reader.read(
            prelude -> {
              archive.database = database(name, prelude, from, otherwise);
              return archive.visitor(reader);
            });
    stored.transferTo(OutputStream.nullOutputStream());
    archive.runs.values().forEach(archive::cut);
    Prelude prelude = archive.own(whole);
    return new Found(
        archive.manifest(prelude, size, Sha256.hex(sha256.digest()), reader.isCompressed()),
        prelude,
        archive.history);
  }

  private static String database(String name, Prelude prelude, String from, String otherwise) {
    SortedSet<String> databases = new TreeSet<>();
    prelude.entries().forEach(entry -> databases.add(entry.database()));
    databases.removeAll(List.of("", "admin", "config", "local"));
    if (from == null && databases.size() == 1) {
      return databases.first();
    }
    String wanted = from == null ? otherwise : from;
    if (!databases.contains(wanted)) {
      throw BackupFailure.refused(
          "DatabaseNotInArchive",
          null,
          "archive '%s' holds the databases %s, not '%s'; nothing was changed; say which of them is"
              + " meant",
          name,
          databases,
          wanted);
    }
    return wanted;
  }

  private Prelude own(Prelude whole) {
    return new Prelude(
        whole.concurrentCollections(),
        whole.serverVersion(),
        whole.toolVersion(),
        whole.entries().stream()
            .filter(entry -> entry.database().equals(database))
            .filter(entry -> !entry.metadata().name().startsWith("system."))
            .toList());
  }

  private BackupManifest manifest(Prelude prelude, long size, String sha256, boolean compressed) {
    List<ArchivedCollection> collections =
        prelude.entries().stream()
            .map(Prelude.Entry::metadata)
            .map(
                metadata ->
                    ArchivedCollection.of(
                        metadata, tallies.getOrDefault(metadata.dataCollection(), new Tally())))
            .toList();
    parts.sort(Comparator.comparingLong(ArchivePart::offset));
    return new BackupManifest(
        database,
        false,
        "mongodump " + prelude.toolVersion(),
        prelude.serverVersion(),
        null,
        null,
        Consistency.None,
        "mongodump does not say",
        BackupVerification.None,
        new Compression(compressed ? CompressionType.Gzip : CompressionType.None, null),
        name,
        size,
        sha256,
        collections,
        List.of(),
        compressed ? List.of() : parts);
  }

  private BlockVisitor visitor(ArchiveReader reader) {
    return new BlockVisitor() {
      @Override
      public void document(String source, String collection, byte[] buffer, int length) {
        if (!source.equals(database)) {
          return;
        }
        if (collection.equals(DumpedCollections.HISTORY)) {
          history.add(Arrays.copyOf(buffer, length));
        }
        if (reader.isCompressed()) {
          tallies.computeIfAbsent(collection, _ -> new Tally()).add(buffer, 0, length);
        } else {
          extend(collection, reader.position() - length, buffer, length);
        }
      }

      @Override
      public void end(String source, String collection, long crc) {}
    };
  }

  /// Documents that follow each other without a gap.
  private static final class Run {
    private final String collection;
    private final long offset;
    private final Tally tally = new Tally();
    private final MessageDigest sha256 = Sha256.digest();

    Run(String collection, long offset) {
      this.collection = collection;
      this.offset = offset;
    }

    boolean takes(long position) {
      return position == offset + tally.bytes() && tally.bytes() < PART_BYTES;
    }
  }

  private void extend(String collection, long offset, byte[] buffer, int length) {
    Run run = runs.get(collection);
    if (run == null || !run.takes(offset)) {
      if (run != null) {
        cut(run);
      }
      run = new Run(collection, offset);
      runs.put(collection, run);
    }
    run.tally.add(buffer, 0, length);
    run.sha256.update(buffer, 0, length);
  }

  private void cut(Run run) {
    tallies.computeIfAbsent(run.collection, _ -> new Tally()).add(run.tally);
    parts.add(
        new ArchivePart(
            run.offset,
            run.tally.bytes(),
            Sha256.hex(run.sha256.digest()),
            run.collection,
            run.tally.documents(),
            run.tally.bytes(),
            run.tally.crcHex(),
            null,
            null));
  }

  /// Reports what passes.
  private static final class Reporting extends FilterInputStream {

    private final StopSignal stop;
    private final LongConsumer bytesRead;
    private long read;
    private long reported;

    Reporting(InputStream in, StopSignal stop, LongConsumer bytesRead) {
      super(in);
      this.stop = stop;
      this.bytesRead = bytesRead;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      read += Math.max(0, count);
      if (read - reported >= STEP_BYTES) {
        stop.check();
        bytesRead.accept(read);
        reported = read;
      }
      return count;
    }
  }
}
