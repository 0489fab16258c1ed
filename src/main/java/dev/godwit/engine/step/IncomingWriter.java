package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.bson.MatchKey;
import dev.godwit.engine.bson.UndoMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// Brings incoming documents into the collection of a step, each exactly once: images go into the
/// undo log, then documents are inserted, or written where they still are as imaged. After a crash
/// a chunk is written again, and the log tells what of it is done.
final class IncomingWriter {

  /// How often documents that an application keeps changing are imaged anew.
  private static final int ROUNDS = 50;

  /// How often an insert may find a value of a unique index taken: an `_id` that an application
  /// just took is found in the next round.
  private static final int INSERTS = 5;

  private static final BsonDocument ID_ONLY = new BsonDocument("_id", new BsonInt32(1));

  /// What became of documents.
  ///
  /// @param inserted documents that came into the collection
  /// @param changed documents of the collection that became others
  /// @param skipped incoming documents that were left out, because none or because one was there
  record Effects(long inserted, long changed, long skipped) {
    private static final Effects NONE = new Effects(0, 0, 0);

    Effects plus(Effects other) {
      return new Effects(
          inserted + other.inserted, changed + other.changed, skipped + other.skipped);
    }
  }

  private final StepContext context;
  private final Matching matching;
  private final IncomingRules rules;
  private final IncomingLog log;
  private final Conflicts conflicts;

  IncomingWriter(StepContext context, Matching matching, IncomingRules rules, Conflicts conflicts) {
    this.context = context;
    this.matching = matching;
    this.rules = rules;
    this.log = new IncomingLog(context);
    this.conflicts = conflicts;
  }

  /// Writes a chunk.
  ///
  /// @param chunk its number: the same when it is written again after a crash, and of no other
  Effects write(long chunk, List<Incoming> documents) {
    List<IncomingSlot> open = IncomingSlot.of(documents, matching);
    Effects effects = Effects.NONE;
    for (int round = 0; !open.isEmpty(); round++) {
      context.checkpointReached();
      List<IncomingSlot> now = withCurrent(open);
      Set<IncomingSlot> again = Set.copyOf(attempt(chunk, now));
      for (IncomingSlot slot : now) {
        if (!again.contains(slot)) {
          effects = effects.plus(slot.effects());
        }
      }
      Set<IncomingSlot> finished =
          now.stream().filter(slot -> !again.contains(slot)).collect(Collectors.toSet());
      open = open.stream().filter(slot -> !finished.contains(slot)).toList();
      if (finished.isEmpty() && round >= ROUNDS) {
        throw context.failed(
            "WriteContended",
            "a document of '%s' changes faster than it can be written; stop the writing application or scale it down meanwhile"
                .formatted(context.step().operation().target()),
            null);
      }
    }
    return effects;
  }

  /// The slots whose documents are read by now: all, unless they are too large to be held at once.
  private List<IncomingSlot> withCurrent(List<IncomingSlot> open) {
    List<IncomingSlot> ready = new ArrayList<>();
    Matching.Found found =
        matching.find(
            open.stream().filter(slot -> slot.key() != null).map(IncomingSlot::first).toList());
    for (IncomingSlot slot : open) {
      if (slot.key() == null) {
        slot.current(matching.findOne(slot.first()));
        ready.add(slot);
      } else if (found.complete() || found.byKey().containsKey(slot.key())) {
        slot.current(found.byKey().get(slot.key()));
        ready.add(slot);
      }
    }
    return ready;
  }

  private record Plan(IncomingSlot slot, BsonDocument target, IncomingLog.Entry entry) {
    boolean isInsert() {
      return slot.current() == null;
    }

    ConditionalWriter.Write write() {
      return new ConditionalWriter.Write(slot.current(), target);
    }
  }

  /// @return the slots that are to be tried again
  private List<IncomingSlot> attempt(long chunk, List<IncomingSlot> slots) {
    Map<BsonValue, IncomingLog.Entry> logged =
        log.read(slots.stream().map(IncomingSlot::id).toList());
    List<Plan> plans = new ArrayList<>();
    for (IncomingSlot slot : slots) {
      Plan plan = plan(chunk, slot, logged.get(slot.id()));
      if (plan != null) {
        plans.add(plan);
      }
    }
    if (plans.isEmpty()) {
      return List.of();
    }
    requireFree(plans);
    requireDistinct(plans);
    log.write(plans.stream().map(Plan::entry).toList());
    context.checkpointReached();
    List<Plan> missed = new ArrayList<>(insert(plans.stream().filter(Plan::isInsert).toList()));
    List<Plan> updates = plans.stream().filter(plan -> !plan.isInsert()).toList();
    long written =
        ConditionalWriter.write(context.collection(), updates.stream().map(Plan::write).toList());
    if (written < updates.size()) {
      missed.addAll(missed(updates, written));
    }
    log.restore(missed.stream().map(Plan::entry).toList());
    return missed.stream().map(Plan::slot).toList();
  }

  /// A document that matches none by other fields may still have the `_id` of one that is there:
  /// the log must never take that for one which the step inserts.
  private void requireFree(List<Plan> plans) {
    List<BsonValue> ids =
        plans.stream()
            .filter(plan -> plan.isInsert() && !plan.entry().known())
            .map(plan -> plan.entry().id())
            .toList();
    BsonDocument taken =
        ids.isEmpty() || matching.isById()
            ? null
            : context.collection().find(UndoLog.among(ids)).projection(ID_ONLY).first();
    if (taken != null) {
      throw context.failed(
          "DocumentExists",
          "the _id %s of a document to insert is that of another document of '%s', which has other values of %s; give it another _id or none"
              .formatted(
                  Bson.shell(taken.get("_id")),
                  context.step().operation().target(),
                  String.join(", ", matching.on())),
          null);
    }
  }

  /// Two documents with one `_id` would share an entry of the log: taking back that of the one
  /// which the server refuses would take back the other's.
  private void requireDistinct(List<Plan> plans) {
    Set<BsonValue> ids = new TreeSet<>(Bson.BY_BYTES);
    for (Plan plan : plans) {
      BsonValue id = plan.entry().id();
      BsonArray canonical = MatchKey.of(new BsonDocument("_id", id), List.of("_id"));
      if (!ids.add(canonical == null ? id : canonical)) {
        throw context.failed(
            "DocumentTwice",
            "two documents to write to '%s' have the _id %s, but differ in %s; give each an _id of its own or none"
                .formatted(
                    context.step().operation().target(),
                    Bson.shell(id),
                    String.join(", ", matching.on())),
            null);
      }
    }
  }

  /// @return null when there is nothing to be written
  private Plan plan(long chunk, IncomingSlot slot, IncomingLog.Entry logged) {
    boolean earlierRun = logged != null && logged.chunk() == chunk;
    if (!earlierRun) {
      return plan(
          chunk,
          slot,
          logged == null
              ? null
              : new UndoLog.Entry(logged.id(), logged.change(), logged.inserted()),
          logged != null);
    }
    BsonDocument current = slot.current();
    boolean inserted = logged.inserted() && logged.previous() == null;
    if (current == null) {
      if (logged.inserted()) {
        return plan(chunk, slot, logged.previous(), true);
      }
      conflicts.add(logged.id());
      return null;
    }
    if (inserted) {
      slot.done(true);
      return null;
    }
    DocumentChange write = logged.write();
    if (write.isBefore(current)) {
      return plan(chunk, slot, logged.previous(), true);
    }
    if (!write.isAfter(current)) {
      conflicts.add(logged.id());
    }
    slot.done(false);
    return null;
  }

  /// @param previous what the log says of earlier chunks; null for nothing
  /// @param known whether the log has an entry
  private Plan plan(long chunk, IncomingSlot slot, UndoLog.Entry previous, boolean known) {
    BsonDocument current = slot.current();
    BsonDocument target = slot.target(rules);
    if (target == null || current != null && Bson.identical(current, target)) {
      return null;
    }
    BsonDocument base = current == null ? new BsonDocument() : current;
    DocumentChange write = DocumentChange.between(base, target);
    boolean inserted = current == null || previous != null && previous.inserted();
    DocumentChange change =
        previous == null || current == null ? write : joined(previous, current, target, write);
    return new Plan(
        slot,
        target,
        new IncomingLog.Entry(slot.id(), change, inserted, chunk, write, previous, known));
  }

  /// The change from before the first write to after this one. What an application changed in
  /// between is in neither of the images, so that an undo finds it.
  private static DocumentChange joined(
      UndoLog.Entry previous, BsonDocument current, BsonDocument target, DocumentChange write) {
    if (!previous.inserted()) {
      return DocumentChange.between(
          UndoMerge.revert(current, previous.change(), OnConflict.KeepNewer).document(), target);
    }
    BsonDocument nothing = new BsonDocument();
    BsonDocument written = previous.change().applied(nothing);
    return DocumentChange.between(
        nothing, Bson.identical(written, current) ? target : write.applied(written));
  }

  /// @return those whose `_id` or a unique value is taken by now
  private List<Plan> insert(List<Plan> plans) {
    if (plans.isEmpty()) {
      return List.of();
    }
    try {
      context
          .collection()
          .insertMany(
              plans.stream().map(Plan::target).toList(), new InsertManyOptions().ordered(false));
      return List.of();
    } catch (MongoBulkWriteException some) {
      DuplicateKeys.orThrow(some);
      List<Plan> taken = DuplicateKeys.refused(some, plans);
      if (taken.stream().anyMatch(plan -> plan.slot().failedInsert() > INSERTS)) {
        log.restore(taken.stream().map(Plan::entry).toList());
        throw some;
      }
      return taken;
    }
  }

  /// Which documents were not as imaged any more, and so were not written: as in
  /// [UpdateBatch], from their number and what they are now.
  private List<Plan> missed(List<Plan> updates, long written) {
    Map<BsonValue, BsonDocument> now =
        Ids.map(
            context
                .collection()
                .find(UndoLog.among(updates.stream().map(plan -> plan.entry().id()).toList())));
    List<Plan> asImaged = new ArrayList<>();
    List<Plan> unclear = new ArrayList<>();
    for (Plan plan : updates) {
      BsonDocument document = now.get(plan.entry().id());
      DocumentChange write = plan.entry().write();
      if (document == null) {
        unclear.add(plan);
      } else if (Bson.identical(document, plan.target())) {
        continue;
      } else if (write.isBefore(document)) {
        asImaged.add(plan);
      } else if (!write.isAfter(document)) {
        unclear.add(plan);
      }
    }
    if (updates.size() - asImaged.size() - unclear.size() == written) {
      asImaged.addAll(unclear);
    } else if (updates.size() - asImaged.size() != written) {
      unclear.forEach(plan -> conflicts.add(plan.entry().id()));
    }
    return asImaged;
  }
}
