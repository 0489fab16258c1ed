package dev.godwit.engine.backup;

import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.range.IdRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/// Reads all documents of loaded collections back and compares them with the backup. Several
/// threads read, ranges of `_id` inside a collection, too; the hash does not depend on the order.
final class DocumentsCheck {

  private static final int READ_BATCH_DOCUMENTS = 1_000;

  private final MongoDatabase database;
  private final StopSignal stop;
  private final Granularity granularity;

  /// One thread at a time may hold large documents.
  private final Semaphore large = new Semaphore(1);

  DocumentsCheck(MongoDatabase database, StopSignal stop) {
    this(database, stop, Granularity.USUAL);
  }

  /// For tests with little data.
  DocumentsCheck(MongoDatabase database, StopSignal stop, Granularity granularity) {
    this.database = database;
    this.stop = stop;
    this.granularity = granularity;
  }

  /// Takes the number of documents that were read since the last call.
  @FunctionalInterface
  interface Read {
    void documents(LoadTarget target, long documents);
  }

  /// What is read by one thread.
  ///
  /// @param range null for the whole collection, in its own order
  private record Stretch(LoadTarget target, IdRange range) {}

  /// What was read of a collection, and how many stretches are not read yet.
  private static final class Found {
    private final ContentHash content = new ContentHash();
    private long documents;
    private int left;
  }

  /// Compares the number alone.
  ///
  /// @throws dev.godwit.engine.RunException when it differs
  void requireCount(LoadTarget target) {
    requireCount(target, database.getCollection(target.dataName()).countDocuments());
  }

  /// @throws dev.godwit.engine.RunException when number or content differ
  void requireSame(List<LoadTarget> targets, int threads, Read read) throws IOException {
    List<Stretch> stretches = new ArrayList<>();
    Map<LoadTarget, Found> found = new HashMap<>();
    for (LoadTarget target : targets) {
      List<Stretch> own = stretches(target, threads);
      Found none = new Found();
      none.left = own.size();
      found.put(target, none);
      stretches.addAll(own);
    }
    int pageBytes = PageSize.bytesFor(database);
    Crew.run(
        threads,
        stretches,
        stretch -> {
          Found own = new Found();
          if (stretch.range() == null) {
            scan(stretch.target(), own, read);
          } else {
            walk(stretch, pageBytes, own, read);
          }
          if (add(own, found.get(stretch.target()))) {
            compare(stretch.target(), found.get(stretch.target()));
          }
        });
  }

  private List<Stretch> stretches(LoadTarget target, int threads) {
    CollectionMetadata loaded = target.metadata().renamed(target.name());
    CollectionSize size =
        new CollectionSize(target.archived().documents(), target.archived().bytes());
    if (!granularity.isSmall(size)
        && !ReadPoint.isCapped(loaded)
        && Boundaries.hasIdIndex(loaded)) {
      Boundaries boundaries = new Boundaries(database, loaded, size);
      List<BsonValue> found = boundaries.find(granularity.ranges(size, threads));
      if (!found.isEmpty() && boundaries.areEnough()) {
        return IdRange.split(found).stream().map(range -> new Stretch(target, range)).toList();
      }
    }
    return List.of(new Stretch(target, null));
  }

  /// @return whether it was the last of its collection
  private static boolean add(Found own, Found all) {
    synchronized (all) {
      all.content.add(own.content);
      all.documents += own.documents;
      all.left--;
      return all.left == 0;
    }
  }

  private void scan(LoadTarget target, Found found, Read read) {
    long reported = 0;
    try (MongoCursor<RawBsonDocument> cursor =
        database
            .getCollection(target.dataName(), RawBsonDocument.class)
            .find()
            .batchSize(READ_BATCH_DOCUMENTS)
            .cursor()) {
      while (cursor.hasNext()) {
        ByteBuffer bytes = cursor.next().getByteBuffer().asNIO();
        found.content.add(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        found.documents++;
        if (cursor.available() == 0) {
          stop.check();
          read.documents(target, found.documents - reported);
          reported = found.documents;
        }
      }
    }
  }

  private void walk(Stretch stretch, int pageBytes, Found found, Read read) {
    ArchivedCollection archived = stretch.target().archived();
    PartBuffer buffer = new PartBuffer(large);
    PageReader pages = new PageReader(database, buffer, ReadPoint.NONE);
    PageSize size = new PageSize(pageBytes, archived.bytes() / Math.max(1, archived.documents()));
    BsonValue last = null;
    PageReader.Page page;
    try {
      do {
        stop.check();
        buffer.clear();
        page =
            pages.read(
                stretch.target().dataName(), stretch.range().condition(last), size.documents());
        if (page.documents() > 0) {
          last = buffer.lastId();
          buffer.addTo(found.content);
          found.documents += page.documents();
          size.seen(page);
          read.documents(stretch.target(), page.documents());
        }
      } while (!page.isLast() && page.documents() > 0 && !stretch.range().isSingle());
    } finally {
      buffer.clear();
    }
  }

  private static void compare(LoadTarget target, Found found) {
    requireCount(target, found.documents);
    if (!found.content.value().equals(target.archived().contentHash())) {
      throw target.differs("content hash", target.archived().contentHash(), found.content.value());
    }
  }

  private static void requireCount(LoadTarget target, long found) {
    if (found != target.archived().documents()) {
      throw target.differs("documents", target.archived().documents(), found);
    }
  }
}
