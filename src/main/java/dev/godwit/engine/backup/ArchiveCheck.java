package dev.godwit.engine.backup;

import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// Reads a whole archive and compares it with its manifest: structure, SHA-256 of every part, and
/// each collection's documents, bytes, CRC and content hash. The parts follow each other without
/// gaps, so every byte is covered. Parts are read by several threads; writes nothing.
final class ArchiveCheck {

  /// Threads where nobody says how many.
  static final int THREADS = 2;

  /// What the documents of a part take beside its stored bytes: buffers of inflater and reader.
  private static final int BUFFERS = 256 << 10;

  private final Storage storage;
  private final String location;
  private final BackupManifest manifest;
  private final StopSignal stop;
  private final int threads;
  private final ByteBudget budget;

  ArchiveCheck(Storage storage, String location, BackupManifest manifest, StopSignal stop) {
    this(storage, location, manifest, stop, THREADS, new ByteBudget(32 << 20));
  }

  /// @param budget for stored parts
  ArchiveCheck(
      Storage storage,
      String location,
      BackupManifest manifest,
      StopSignal stop,
      int threads,
      ByteBudget budget) {
    this.storage = storage;
    this.location = location;
    this.manifest = manifest;
    this.stop = stop;
    this.threads = threads;
    this.budget = budget;
  }

  /// @param bytesRead takes the number of bytes of the archive that were checked, one call after
  ///     the other
  /// @return the archive's prelude
  /// @throws RunException when anything differs, saying what
  Prelude run(LongConsumer bytesRead) {
    try {
      return check(new PartSource(storage, location, manifest), bytesRead);
    } catch (NoSuchFileException missing) {
      throw damaged("'%s' is missing".formatted(manifest.archiveName()), missing);
    } catch (MalformedArchiveException malformed) {
      throw damaged(malformed.getMessage(), malformed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the archive", storage, location, failed);
    }
  }

  /// What is in a part.
  ///
  /// @param end the CRC that its end of the collection gives; null when it has none
  private record Content(Tally tally, Long end) {}

  private Prelude check(PartSource source, LongConsumer bytesRead) throws IOException {
    checkSize();
    List<ArchivePart> parts = manifest.parts();
    if (parts.isEmpty()) {
      throw new MalformedArchiveException("it has no prelude");
    }
    Prelude prelude = source.prelude(parts.getFirst());
    Content[] contents = new Content[parts.size()];
    Object order = new Object();
    long[] read = {parts.getFirst().length()};
    Crew.run(
        threads,
        IntStream.range(1, parts.size()).boxed().toList(),
        index -> {
          stop.check();
          ArchivePart part = parts.get(index);
          try (ByteBudget.Taken _ = budget.take(part.length() + BUFFERS)) {
            contents[index] = checkPart(part, source);
          }
          synchronized (order) {
            read[0] += part.length();
            bytesRead.accept(read[0]);
          }
        });
    Map<String, Tally> tallies = new HashMap<>();
    Map<String, Long> ends = new HashMap<>();
    for (int index = 1; index < contents.length; index++) {
      ArchivePart part = parts.get(index);
      if (ends.containsKey(part.collection())) {
        throw new MalformedArchiveException(
            "%s comes after the end of its collection".formatted(PartSource.place(part)));
      }
      tallies.computeIfAbsent(part.collection(), name -> new Tally()).add(contents[index].tally());
      if (contents[index].end() != null) {
        ends.put(part.collection(), contents[index].end());
      }
    }
    checkCollections(prelude, tallies, ends);
    return prelude;
  }

  private void checkSize() throws IOException {
    String archive = BackupManifest.path(location, manifest.archiveName());
    long size = storage.size(archive);
    if (size != manifest.archiveSize()) {
      throw new MalformedArchiveException(
          "the archive has %d bytes, the manifest says %d".formatted(size, manifest.archiveSize()));
    }
    long position = 0;
    for (ArchivePart part : manifest.parts()) {
      if (part.offset() != position || part.length() <= 0) {
        throw new MalformedArchiveException(
            "a part of the manifest is missing at byte %d".formatted(position));
      }
      if ((part.collection() == null) != (position == 0)) {
        throw new MalformedArchiveException("the prelude is not the first part and no other");
      }
      position += part.length();
    }
    if (position != size) {
      throw new MalformedArchiveException(
          "the manifest's parts end at byte %d of %d".formatted(position, size));
    }
  }

  private Content checkPart(ArchivePart part, PartSource source) throws IOException {
    Tally tally = new Tally();
    Long[] ended = {null};
    source.visit(
        part,
        new BlockVisitor() {
          @Override
          public void document(String database, String collection, byte[] buffer, int length)
              throws IOException {
            checkName(database, collection);
            tally.add(buffer, 0, length);
          }

          @Override
          public void end(String database, String collection, long crc) throws IOException {
            checkName(database, collection);
            ended[0] = crc;
          }

          private void checkName(String database, String collection) throws IOException {
            if (!database.equals(manifest.database())
                || !collection.equals(part.collection())
                || ended[0] != null) {
              throw new MalformedArchiveException(
                  "%s holds an unexpected block of '%s.%s'"
                      .formatted(PartSource.place(part), database, collection));
            }
          }
        });
    expect(PartSource.place(part), "documents", part.documents(), tally.documents());
    expect(PartSource.place(part), "bytes", part.bytes(), tally.bytes());
    expect(PartSource.place(part), "CRC", part.crc(), tally.crcHex());
    return new Content(tally, ended[0]);
  }

  private void checkCollections(Prelude prelude, Map<String, Tally> tallies, Map<String, Long> ends)
      throws IOException {
    List<String> inPrelude =
        prelude.entries().stream().map(entry -> entry.metadata().name()).toList();
    List<String> inManifest =
        manifest.collections().stream().map(ArchivedCollection::name).toList();
    expect("the archive's prelude", "collections", inManifest, inPrelude);
    expect("the archive", "server version", manifest.serverVersion(), prelude.serverVersion());
    Set<String> unknown = new HashSet<>(tallies.keySet());
    for (ArchivedCollection collection : manifest.collections()) {
      String name = collection.dataCollection();
      String place = "collection '%s'".formatted(collection.name());
      unknown.remove(name);
      Long end = ends.get(name);
      if (end == null) {
        throw new MalformedArchiveException("%s has no end".formatted(place));
      }
      Tally tally = tallies.get(name);
      expect(
          place,
          "type",
          collection.type(),
          prelude.collection(collection.name()).orElseThrow().type());
      expect(place, "documents", collection.documents(), tally.documents());
      expect(place, "bytes", collection.bytes(), tally.bytes());
      expect(place, "CRC", collection.crc(), tally.crcHex());
      expect(place, "CRC at its end", tally.crc(), (long) end);
      expect(place, "content hash", collection.contentHash(), tally.contentHash());
    }
    if (!unknown.isEmpty()) {
      throw new MalformedArchiveException(
          "the archive holds collections that the manifest does not list: %s".formatted(unknown));
    }
  }

  private static void expect(String place, String what, Object expected, Object found)
      throws MalformedArchiveException {
    if (!expected.equals(found)) {
      throw new MalformedArchiveException(
          "%s: %s: expected %s, found %s".formatted(place, what, expected, found));
    }
  }

  private RunException damaged(String what, Throwable cause) {
    return BackupFailure.damaged(storage, location, what, cause);
  }
}
