package dev.godwit.engine.backup;

import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.RawBsonDocument;

/// Loads an archive that can only be read from its beginning: one thread unpacks it, others insert.
final class StreamLoader {

  /// A batch and the driver's copy of it.
  private static final long BATCH_COPIES = 2;

  private final StoredArchive archive;
  private final StopSignal stop;
  private final LoadListener listener;
  private final Inserter inserter;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<String, Batch> batches = new HashMap<>();
  private long held;

  StreamLoader(StoredArchive archive, StopSignal stop, LoadListener listener, Inserter inserter) {
    this.archive = archive;
    this.stop = stop;
    this.listener = listener;
    this.inserter = inserter;
  }

  /// Documents of a collection that are not inserted yet.
  private static final class Batch {
    private final LoadTarget target;
    private List<RawBsonDocument> documents = new ArrayList<>();
    private long bytes;

    Batch(LoadTarget target) {
      this.target = target;
    }
  }

  void load(List<LoadTarget> targets, int threads) throws IOException {
    // One batch more than are being inserted: what waits longer outlives the heap's young part and
    // fills the old one.
    ByteBudget budget = new ByteBudget((threads + 1) * BATCH_COPIES * inserter.limits().bytes());
    for (LoadTarget target : targets) {
      batches.put(target.archived().dataCollection(), new Batch(target));
    }
    ExecutorService writers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("godwit-restore-", 1).daemon().factory());
    try (writers;
        InputStream in = archive.stream()) {
      read(in, writers, budget);
    }
    throwFailure();
    Crew.run(threads, targets, listener::complete);
  }

  private void throwFailure() throws IOException {
    switch (failure.get()) {
      case null -> {}
      case IOException failed -> throw failed;
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      case Throwable impossible -> throw new IllegalStateException(impossible);
    }
  }

  private void read(InputStream in, ExecutorService writers, ByteBudget budget) throws IOException {
    String database = archive.manifest().database();
    ArchiveReader.read(
        in,
        new BlockVisitor() {
          @Override
          public void document(String source, String collection, byte[] buffer, int length)
              throws IOException {
            throwFailure();
            Batch batch = source.equals(database) ? batches.get(collection) : null;
            if (batch == null) {
              return;
            }
            batch.documents.add(new RawBsonDocument(Arrays.copyOf(buffer, length)));
            batch.bytes += length;
            held += length;
            if (batch.bytes >= inserter.limits().bytes()
                || batch.documents.size() >= inserter.limits().documents()) {
              send(batch, writers, budget);
            } else if (held >= 2 * inserter.limits().bytes()) {
              sendAll(writers, budget);
            }
          }

          @Override
          public void end(String source, String collection, long crc) {}
        });
    sendAll(writers, budget);
  }

  private void sendAll(ExecutorService writers, ByteBudget budget) throws IOException {
    for (Batch batch : batches.values()) {
      send(batch, writers, budget);
    }
  }

  private void send(Batch batch, ExecutorService writers, ByteBudget budget) throws IOException {
    List<RawBsonDocument> documents = batch.documents;
    long bytes = batch.bytes;
    held -= bytes;
    batch.documents = new ArrayList<>();
    batch.bytes = 0;
    if (batch.target.isOrdered()) {
      inserter.insert(batch.target, documents, false);
      listener.loaded(batch.target, documents.size());
      return;
    }
    ByteBudget.Taken taken = budget.take(BATCH_COPIES * bytes);
    writers.execute(
        () -> {
          try (taken) {
            if (failure.get() == null) {
              insert(batch.target, documents);
            }
          } catch (IOException | RuntimeException | Error failed) {
            failure.compareAndSet(null, failed);
          }
        });
  }

  private void insert(LoadTarget target, List<RawBsonDocument> documents) throws IOException {
    Retries.run(stop, again -> inserter.insert(target, documents, again));
    listener.loaded(target, documents.size());
  }
}
