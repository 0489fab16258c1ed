package dev.godwit.engine.backup;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.range.IdRange;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/// One of the threads of a dump: takes work until there is none, and brings what it reads into the
/// archive.
///
/// Documents are read in the order of `_id`, so that one that is deleted and inserted again
/// meanwhile is met at most once, and one that stays is never missed. Capped collections come in
/// their own order.
final class DumpReader implements Callable<Void>, Closeable {

  private static final BsonDocument ASCENDING = new BsonDocument("_id", new BsonInt32(1));

  private final MongoDatabase database;
  private final ArchiveWriter archive;
  private final PartPacker packer;
  private final PageReader pages;
  private final DumpPlan plan;
  private final DumpProgress progress;
  private final StopSignal stop;
  private final int readers;
  private final int pageBytes;
  private final Granularity granularity;
  private final ReadPoint readPoint;

  /// @param readers how many there are
  /// @param pageBytes that are asked for at once
  DumpReader(
      MongoDatabase database,
      ArchiveWriter archive,
      PartPacker packer,
      DumpPlan plan,
      DumpProgress progress,
      StopSignal stop,
      int readers,
      int pageBytes,
      Granularity granularity,
      ReadPoint readPoint) {
    this.database = database;
    this.archive = archive;
    this.packer = packer;
    this.pages = new PageReader(database, packer.buffer(), readPoint);
    this.plan = plan;
    this.progress = progress;
    this.stop = stop;
    this.readers = readers;
    this.pageBytes = pageBytes;
    this.granularity = granularity;
    this.readPoint = readPoint;
  }

  @Override
  public Void call() throws IOException, InterruptedException {
    boolean isDone = false;
    try {
      for (DumpPlan.Work work = plan.next(); work != null; work = plan.next()) {
        if (work.isBeginning()) {
          progress.begin(work.collection());
          begin(work);
        } else {
          read(work.collection(), work.range());
        }
        if (plan.done(work)) {
          archive.end(work.collection().metadata());
          progress.end(work.collection());
        }
      }
      isDone = true;
      return null;
    } finally {
      if (!isDone) {
        plan.stop();
        // Another reader may wait for it; this one does not add anything any more.
        packer.buffer().clear();
      }
    }
  }

  private void begin(DumpPlan.Work work) throws IOException {
    DumpPlan.Sized collection = work.collection();
    CollectionMetadata metadata = collection.metadata();
    if (metadata.isView()) {
      return;
    }
    Boundaries boundaries = new Boundaries(database, metadata, collection.size());
    if (ReadPoint.isCapped(metadata) || !Boundaries.hasIdIndex(metadata)) {
      scan(collection, null);
    } else if (!readIfSmall(collection)) {
      if (boundaries.areEnough()) {
        plan.cut(
            work, IdRange.split(boundaries.find(granularity.ranges(collection.size(), readers))));
      } else {
        scan(collection, ASCENDING);
      }
    }
  }

  /// @return false when there is more than was expected; then nothing was read
  private boolean readIfSmall(DumpPlan.Sized collection) throws IOException {
    if (!granularity.isSmall(collection.size())) {
      return false;
    }
    packer.begin(collection.metadata(), true);
    PageReader.Page page =
        pages.read(
            collection.metadata().dataCollection(),
            new BsonDocument(),
            granularity.smallDocuments() + 1);
    if (!page.isLast()) {
      packer.begin(collection.metadata(), true);
      return false;
    }
    packer.flush();
    progress.read(collection, page);
    check();
    return true;
  }

  private void read(DumpPlan.Sized collection, IdRange range) throws IOException {
    PageSize size = new PageSize(pageBytes, collection.size().average());
    packer.begin(collection.metadata(), true);
    BsonValue last = null;
    PageReader.Page page;
    do {
      page =
          pages.read(
              collection.metadata().dataCollection(), range.condition(last), size.documents());
      if (page.documents() > 0) {
        last = packer.buffer().lastId();
      }
      size.seen(page);
      // Before it writes: it may have waited for room that a reader that failed gave back.
      check();
      packer.flushIfFull();
      progress.read(collection, page);
    } while (!page.isLast() && page.documents() > 0 && !range.isSingle());
    packer.flush();
  }

  /// @param order null for the collection's own
  private void scan(DumpPlan.Sized collection, BsonDocument order) throws IOException {
    readPoint.lose(
        collection.metadata().dataCollection(),
        "it can only be read in its own order, by one cursor");
    FindIterable<RawBsonDocument> documents =
        database
            .getCollection(collection.metadata().dataCollection(), RawBsonDocument.class)
            .find()
            .batchSize(new PageSize(pageBytes, collection.size().average()).documents());
    if (order != null) {
      documents.sort(order);
    }
    packer.begin(collection.metadata(), false);
    int count = 0;
    int bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor = documents.cursor()) {
      while (cursor.hasNext()) {
        ByteBuffer document = cursor.next().getByteBuffer().asNIO();
        packer.add(
            document.array(), document.arrayOffset() + document.position(), document.remaining());
        count++;
        bytes += document.remaining();
        if (cursor.available() == 0) {
          progress.read(collection, new PageReader.Page(count, bytes, false));
          count = 0;
          bytes = 0;
          check();
        }
      }
    }
    packer.flush();
  }

  private void check() {
    stop.check();
    if (plan.isStopped()) {
      throw new java.util.concurrent.CancellationException("another reader failed");
    }
  }

  @Override
  public void close() {
    packer.close();
  }
}
