package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import dev.godwit.engine.range.Reading;
import dev.godwit.engine.throttle.Throttle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Leads [DocumentBatch]es over the documents of a collection that match a filter, in `_id` ranges.
/// A first pass ends at the highest `_id`s of its start; a second one looks for documents that
/// arrived or began to match meanwhile, wherever their `_id`s are. Each range is claimed in the
/// checkpoint before it is worked on: a later run resumes what was claimed and not finished, and
/// the rest is new. The next page is read while the ones before it are worked on.
final class DocumentWalk {

  /// What was done, by this run and those before it.
  ///
  /// @param matched documents found
  /// @param changed documents changed, as far as the checkpoints tell
  record Walked(long matched, long changed) {}

  /// `_id`s that the catch-up pass reads at once.
  private static final int CATCH_UP = 10_000;

  private final StepContext context;
  private final Sought sought;
  private final Batches batches;
  private final long total;
  private final Throttle throttle;

  private DocumentWalk(StepContext context, Sought sought, Batches batches) {
    this.context = context;
    this.sought = sought;
    this.batches = batches;
    this.throttle =
        new Throttle(context.replication(), batches.sizeOrDefault(), batches.pauseOrDefault());
    this.total = sought.count(context);
  }

  /// Walks to the end with one worker, for batches that count on the order of the ranges.
  static Walked run(
      StepContext context,
      String collection,
      BsonDocument filter,
      Batches batches,
      boolean resumed,
      Supplier<? extends DocumentBatch> worker) {
    Batches inOrder = new Batches(batches.size(), batches.pause(), 1);
    return run(
        context, new Sought(collection, filter, null, null), inOrder, resumed, _ -> worker.get());
  }

  /// Walks to the end with as many workers as `batches.parallelism` says.
  ///
  /// @param resumed whether an earlier run may have done a part
  /// @param worker makes the batch of a worker, from its number
  static Walked run(
      StepContext context,
      Sought sought,
      Batches batches,
      boolean resumed,
      IntFunction<? extends DocumentBatch> worker) {
    try (Workers workers = new Workers(batches.parallelismOrDefault(), worker)) {
      return new DocumentWalk(context, sought, batches).run(resumed, workers);
    }
  }

  private Walked run(boolean resumed, Workers workers) {
    BsonDocument saved = resumed ? context.history().checkpoint() : null;
    WalkCheckpoint from =
        saved == null
            ? WalkCheckpoint.start(1, IdBounds.read(unhurried()), 0, 0)
            : WalkCheckpoint.of(saved);
    if (from.pass() == 1) {
      WalkCheckpoint end = pass(from, workers);
      from = WalkCheckpoint.start(2, IdBounds.read(unhurried()), end.matched(), end.changed());
    }
    WalkCheckpoint end = pass(from, workers);
    return new Walked(end.matched(), end.changed());
  }

  private WalkCheckpoint pass(WalkCheckpoint from, Workers workers) {
    report(from);
    WalkCheckpoint at = unfinished(from, workers);
    boolean first = at.pass() == 1;
    IdWalk walk =
        sought.walk(
            first && sought.isWalked() ? workers.any().reading() : Reading.IDS,
            at.bounds(),
            at.last(),
            first ? pageSize() : Math.max(CATCH_UP, pageSize()));
    for (List<BsonDocument> page = walk.next(unhurried());
        !page.isEmpty();
        page = walk.next(unhurried())) {
      BsonValue upper = page.getLast().get("_id");
      if (!first) {
        context.progress().working("looks for documents that came meanwhile");
      }
      while (first
          ? workers.busy(throttle.workers(batches.parallelismOrDefault()))
          : workers.running()) {
        at = finished(at, workers);
      }
      Workers.Work work = first ? work(page) : late(page, workers.any());
      context.checkpointReached();
      if (work == null && !workers.running()) {
        at = at.done(upper);
      } else if (work != null) {
        at = at.claim(upper);
        context.history().checkpoint(at.toBson());
        workers.submit(upper, work);
      }
    }
    while (workers.running()) {
      at = finished(at, workers);
    }
    return at;
  }

  /// Does what an earlier run claimed.
  private WalkCheckpoint unfinished(WalkCheckpoint from, Workers workers) {
    if (from.claimed() == null) {
      return from;
    }
    WalkCheckpoint at = from;
    IdWalk walk =
        sought.walk(Reading.IDS, from.bounds().upTo(from.claimed()), from.last(), pageSize());
    for (List<BsonDocument> page = walk.next(unhurried());
        !page.isEmpty();
        page = walk.next(unhurried())) {
      List<BsonValue> ids = Ids.of(page);
      context.checkpointReached();
      workers.submit(ids.getLast(), batch -> sought.inParts(context, ids, batch::resume));
      at = at.counting(workers.next()).done(ids.getLast());
      context.history().checkpoint(at.toBson());
      pause();
    }
    return at.done(from.claimed());
  }

  private Workers.Work work(List<BsonDocument> page) {
    if (!sought.isWalked()) {
      List<BsonValue> ids = Ids.of(page);
      return batch -> sought.inParts(context, ids, batch.reading(), pageSize(), batch::run);
    }
    return batch -> {
      batch.run(page);
      return page.size();
    };
  }

  /// The work on those documents of a page that are not done yet; null when all are.
  private Workers.Work late(List<BsonDocument> page, DocumentBatch any) {
    List<BsonValue> late = without(Ids.of(page), any);
    return late.isEmpty() ? null : batch -> late(batch, late);
  }

  /// The catch-up pass meets again what the first pass found and had no reason to change: only what
  /// it changes counts as matched, or those would be counted twice.
  private int late(DocumentBatch batch, List<BsonValue> ids) {
    long before = batch.changed();
    sought.inParts(context, ids, batch.reading(), pageSize(), batch::late);
    return Math.toIntExact(batch.changed() - before);
  }

  private WalkCheckpoint finished(WalkCheckpoint at, Workers workers) {
    Workers.Done done = workers.next();
    WalkCheckpoint next = at.counting(done).done(done.upper());
    // The catch-up pass reads much more than it changes: its times tell nothing.
    throttle.after(at.pass() == 1 ? done.matched() : 0, Duration.ofNanos(done.nanos()));
    context.progress().slowed(throttle.reason().orElse(null));
    report(next);
    pause();
    return next;
  }

  private void report(WalkCheckpoint at) {
    context.progress().report(at.matched(), Math.max(total, at.matched()));
  }

  private void pause() {
    context.stop().pause(throttle.pause());
  }

  private int pageSize() {
    return batches.sizeOrDefault();
  }

  private static List<BsonValue> without(List<BsonValue> ids, DocumentBatch batch) {
    Set<BsonValue> done = Ids.set(batch.done(ids));
    return ids.stream().filter(id -> !done.contains(id)).toList();
  }

  private MongoCollection<BsonDocument> unhurried() {
    return context.unhurried(sought.collection());
  }
}
