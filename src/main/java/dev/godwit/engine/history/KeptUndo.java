package dev.godwit.engine.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/// What is kept to take an attempt back, or was set aside by its rollback, and until when.
///
/// @param asides the collections that steps took out of use, or that a restore replaced
/// @param until when it may be dropped, on the server's clock; null while nobody said so
/// @param droppedAt when it was dropped; null while it is not
public record KeptUndo(Set<String> asides, Instant until, Instant droppedAt) {

  static final KeptUndo NONE = new KeptUndo(Set.of(), null, null);

  /// Field of an intent: the collection that the step takes out of use.
  public static final String ASIDE = "aside";

  /// Field of an operation's event: its intent.
  public static final String INTENT = "intent";

  /// Field of the events of a restore: the collections that the restored ones replaced. What
  /// somebody else created meanwhile is not among them.
  public static final String REPLACED = "replaced";

  /// Field of `RolledBack`: a person took the attempt back.
  public static final String BY_HAND = "byHand";

  private static final String SECONDS = "keepUndoForSeconds";

  /// The details of an event that ends an attempt.
  ///
  /// @param keepUndoFor how long the undo data are kept from then on
  public static BsonDocument details(Duration keepUndoFor) {
    return new BsonDocument(SECONDS, new BsonInt64(keepUndoFor.toSeconds()));
  }

  /// Whether it is dropped.
  public boolean isDropped() {
    return droppedAt != null;
  }

  /// Whether it may be dropped now.
  public boolean isOver(Instant now) {
    return until != null && droppedAt == null && !now.isBefore(until);
  }

  KeptUndo next(HistoryEvent event) {
    if (event.type() == EventType.RolledBack && event.details().containsKey(BY_HAND)) {
      // What a person may still need is nobody's to drop.
      return NONE;
    }
    return switch (event.type()) {
      case StepStarted -> with(event.details());
      case RollbackOperationStarted ->
          with(event.details().getDocument(INTENT, new BsonDocument()));
      case Restored -> withReplaced(event.details());
      case Verified, RolledBack -> withReplaced(event.details()).ending(event);
      // What an attempt before this one left goes with this one's.
      case Started, Baselined, RollbackStarted -> new KeptUndo(asides, null, null);
      case UndoDropped -> new KeptUndo(asides, until, event.at());
      default -> this;
    };
  }

  private KeptUndo with(BsonDocument intent) {
    return intent.isString(ASIDE) ? and(Set.of(intent.getString(ASIDE).getValue())) : this;
  }

  private KeptUndo withReplaced(BsonDocument details) {
    Set<String> names = new TreeSet<>();
    details
        .getArray(REPLACED, new BsonArray())
        .forEach(name -> names.add(name.asString().getValue()));
    return and(names);
  }

  private KeptUndo and(Set<String> more) {
    Set<String> all = new TreeSet<>(asides);
    all.addAll(more);
    return new KeptUndo(Collections.unmodifiableSet(all), until, droppedAt);
  }

  private KeptUndo ending(HistoryEvent event) {
    return event.details().isNumber(SECONDS)
        ? new KeptUndo(
            asides, event.at().plusSeconds(event.details().getNumber(SECONDS).longValue()), null)
        : new KeptUndo(asides, null, null);
  }
}
