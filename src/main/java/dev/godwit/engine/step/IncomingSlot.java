package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// The incoming documents of a chunk that match the same document, or none: mostly one.
final class IncomingSlot {

  private final BsonArray key;
  private final List<Incoming> incoming = new ArrayList<>();
  private BsonDocument current;
  private IncomingWriter.Effects effects = new IncomingWriter.Effects(0, 0, 0);
  private int failedInserts;

  private IncomingSlot(BsonArray key) {
    this.key = key;
  }

  /// The slots of documents, in the order of the first of each.
  static List<IncomingSlot> of(List<Incoming> documents, Matching matching) {
    List<IncomingSlot> slots = new ArrayList<>();
    Map<BsonValue, IncomingSlot> byKey = new TreeMap<>(Bson.BY_BYTES);
    for (Incoming document : documents) {
      BsonArray key = matching.key(document.document());
      IncomingSlot slot = key == null ? null : byKey.get(key);
      if (slot == null) {
        slot = new IncomingSlot(key);
        slots.add(slot);
        if (key != null) {
          byKey.put(key, slot);
        }
      }
      slot.incoming.add(document);
    }
    return slots;
  }

  /// What identifies the document; null when only the server can tell.
  BsonArray key() {
    return key;
  }

  BsonDocument first() {
    return incoming.getFirst().document();
  }

  /// The `_id` of the document that is there, or that will be.
  BsonValue id() {
    return (current == null ? first() : current).get("_id");
  }

  /// The document that is there; null for none.
  BsonDocument current() {
    return current;
  }

  void current(BsonDocument document) {
    current = document;
  }

  int failedInsert() {
    return ++failedInserts;
  }

  /// What became of the incoming documents.
  IncomingWriter.Effects effects() {
    return effects;
  }

  /// Notes that an earlier run wrote the document.
  void done(boolean inserted) {
    effects = new IncomingWriter.Effects(inserted ? 1 : 0, inserted ? 0 : 1, 0);
  }

  /// The document as it shall be; null when there shall be none.
  BsonDocument target(IncomingRules rules) {
    BsonDocument target = current;
    long skipped = 0;
    for (Incoming one : incoming) {
      if (target == null) {
        if (rules.inserts(one)) {
          target = one.document();
        } else {
          skipped++;
        }
      } else {
        BsonDocument next = rules.matched(target, one);
        if (next == target) {
          skipped++;
        }
        target = next;
      }
    }
    boolean inserted = current == null && target != null;
    boolean changed = current != null && !Bson.identical(current, target);
    effects = new IncomingWriter.Effects(inserted ? 1 : 0, changed ? 1 : 0, skipped);
    return target;
  }
}
