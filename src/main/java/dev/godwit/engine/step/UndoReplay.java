package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.Field;
import dev.godwit.engine.bson.UndoMerge;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Takes back what an undo log tells. Entries go when their documents are back, so that a crash
/// costs one page; the log itself goes when the rollback ends. It goes backwards: values of a
/// unique index that moved up one after the other can only move down so; what is refused all the
/// same is tried again after the rest.
final class UndoReplay {

  private static final int PAGE = 1_000;
  private static final int PART = 100;
  private static final int ROUNDS = 20;

  private final StepContext context;
  private final UndoLog log;
  private final OnConflict onConflict;
  private final Conflicts conflicts;

  /// Whether the collection compares strings as a language does: a value that somebody corrected
  /// may then be equal to the one that it was.
  private final boolean collated;

  private long done;
  private long changed;

  private UndoReplay(StepContext context, OnConflict onConflict, Conflicts conflicts) {
    this.conflicts = conflicts;
    this.context = context;
    this.log = context.undoLog();
    this.onConflict = onConflict;
    String collection = context.step().operation().target();
    this.collated =
        Catalog.read(context.database(), List.of(collection))
            .get(collection)
            .options()
            .containsKey("collation");
  }

  /// @param conflicts takes the documents that somebody else changed since
  static StepOutcome run(StepContext context, OnConflict onConflict, Conflicts conflicts) {
    return new UndoReplay(context, onConflict, conflicts).run();
  }

  private StepOutcome run() {
    long total = log.count();
    while (true) {
      long before = done;
      boolean left = entries(total);
      left |= packs(total);
      if (!left) {
        return StepAction.outcome(context, done, changed, 0, conflicts);
      }
      if (done == before) {
        throw context.failed(
            "UndoRefused",
            "the server refuses to put back documents of '%s': a unique index has their old values for others now"
                .formatted(context.step().operation().collection()),
            null);
      }
    }
  }

  /// @return whether entries are left: documents whose old values others have that are to be put
  ///     back first
  private boolean entries(long total) {
    boolean left = false;
    IdWalk walk = IdWalk.backwards(IdBounds.read(log.collection()), PAGE);
    for (List<BsonDocument> page = walk.next(log.collection());
        !page.isEmpty();
        page = walk.next(log.collection())) {
      context.checkpointReached();
      List<UndoLog.Entry> entries = page.stream().map(UndoLog::entry).toList();
      if (putBack(entries)) {
        log.remove(entries.stream().map(UndoLog.Entry::id).toList());
        done(entries.size(), total);
      } else {
        left = true;
      }
    }
    return left;
  }

  private boolean packs(long total) {
    boolean left = false;
    MongoCollection<BsonDocument> packs = log.packs().collection();
    IdWalk walk = IdWalk.backwards(IdBounds.read(packs), 1);
    for (List<BsonDocument> page = walk.next(packs); !page.isEmpty(); page = walk.next(packs)) {
      context.checkpointReached();
      List<UndoLog.Entry> entries = UndoPacks.entries(page.getFirst());
      if (together(entries) || putBackInParts(entries.reversed())) {
        log.packs().remove(page.getFirst());
        done(entries.size(), total);
      } else {
        left = true;
      }
    }
    return left;
  }

  private void done(int entries, long total) {
    done += entries;
    context.progress().report(done, total);
  }

  /// Puts the documents of a pack back with few commands.
  ///
  /// @return whether all are as they were; else nobody knows which are
  private boolean together(List<UndoLog.Entry> entries) {
    if (collated || !orderFollows(entries)) {
      return false;
    }
    List<GroupedWriter.Write> writes =
        entries.stream()
            .map(
                entry ->
                    new GroupedWriter.Write(
                        entry.id(),
                        FieldValues.after(entry.change()),
                        FieldValues.before(entry.change())))
            .toList();
    try {
      long written = GroupedWriter.puttingBack(context).write(writes, null);
      changed += written;
      return written == writes.size();
    } catch (MongoWriteException refused) {
      // One by one goes backwards, which a unique index may need, or shows what is wrong.
      return false;
    }
  }

  /// Whether the order of keys comes by itself: fields that come back are appended in one order for
  /// all.
  private static boolean orderFollows(List<UndoLog.Entry> entries) {
    Set<List<String>> returning = new HashSet<>();
    for (UndoLog.Entry entry : entries) {
      if (!entry.change().order().isEmpty()) {
        return false;
      }
      Set<String> present =
          entry.change().after().stream().map(Field::name).collect(Collectors.toSet());
      returning.add(
          entry.change().before().stream()
              .map(Field::name)
              .filter(name -> !present.contains(name))
              .toList());
    }
    return returning.size() == 1 || returning.stream().allMatch(names -> names.size() < 2);
  }

  /// Documents are read whole here: few at a time.
  private boolean putBackInParts(List<UndoLog.Entry> entries) {
    boolean all = true;
    for (int from = 0; from < entries.size(); from += PART) {
      all &= putBack(entries.subList(from, Math.min(entries.size(), from + PART)));
    }
    return all;
  }

  /// @return false when the server refused some, because others have their old values
  private boolean putBack(List<UndoLog.Entry> entries) {
    for (int round = 0; round < ROUNDS; round++) {
      List<BsonValue> conflicting = new ArrayList<>();
      List<ConditionalWriter.Write> writes = writes(entries, conflicting);
      try {
        if (ConditionalWriter.putBack(context.collection(), writes) == writes.size()) {
          conflicting.forEach(conflicts::add);
          changed += writes.size();
          return true;
        }
      } catch (MongoBulkWriteException refused) {
        DuplicateKeys.orThrow(refused);
        if (round > 0) {
          return false;
        }
      }
      context.checkpointReached();
    }
    throw context.failed(
        "UndoContended",
        "documents of '%s' change faster than they can be put back; stop the writing application and raise spec.retry"
            .formatted(context.step().operation().collection()),
        null);
  }

  private List<ConditionalWriter.Write> writes(
      List<UndoLog.Entry> entries, List<BsonValue> conflicting) {
    Map<BsonValue, BsonDocument> current =
        Ids.map(
            context
                .collection()
                .find(UndoLog.among(entries.stream().map(UndoLog.Entry::id).toList())));
    List<ConditionalWriter.Write> writes = new ArrayList<>();
    for (UndoLog.Entry entry : entries) {
      BsonDocument document = current.get(entry.id());
      if (entry.inserted()) {
        removal(entry, document, conflicting, writes);
      } else if (document == null) {
        conflicting.add(entry.id());
      } else {
        UndoMerge.Result result = UndoMerge.revert(document, entry.change(), onConflict);
        if (result.conflict()) {
          conflicting.add(entry.id());
        }
        if (!Bson.identical(document, result.document())) {
          writes.add(new ConditionalWriter.Write(document, result.document()));
        }
      }
    }
    return writes;
  }

  private void removal(
      UndoLog.Entry entry,
      BsonDocument document,
      List<BsonValue> conflicting,
      List<ConditionalWriter.Write> writes) {
    if (document == null) {
      return;
    }
    boolean untouched = Bson.identical(document, entry.change().applied(new BsonDocument()));
    if (!untouched) {
      conflicting.add(entry.id());
    }
    if (untouched || onConflict == OnConflict.Overwrite) {
      writes.add(new ConditionalWriter.Write(document, null));
    }
  }
}
