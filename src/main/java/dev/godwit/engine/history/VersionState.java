package dev.godwit.engine.history;

import dev.godwit.api.v1alpha1.Failure;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What the history says of the latest attempt at a version.
///
/// @param state where the attempt is
/// @param checksum of what the attempt runs; empty when a baselined version has no manifest
/// @param retry `spec.retry` of the run that wrote the latest event
/// @param before details of `Started`: how the database was before; of `Baselined`: its origin
/// @param started details of `StepStarted` by the step's index
/// @param completed details of `StepCompleted` by the step's index
/// @param undone the indexes of steps that are undone, with the details
/// @param rollbacks the latest event of a step's own rollback by the step's index
/// @param kept what is kept to take the attempt back
/// @param course when the attempt began and last went ahead, and what failed it
/// @param verified whether the attempt was applied and verified once, whatever came after
/// @param last the latest event
public record VersionState(
    String version,
    int attempt,
    State state,
    String checksum,
    int retry,
    BsonDocument before,
    Map<Integer, BsonDocument> started,
    Map<Integer, BsonDocument> completed,
    Map<Integer, BsonDocument> undone,
    Map<Integer, HistoryEvent> rollbacks,
    KeptUndo kept,
    Course course,
    boolean verified,
    HistoryEvent last) {

  /// Where an attempt is.
  public enum State {
    /// Steps run, or are to be resumed.
    Running,
    /// A step failed, the changes are in place.
    StepFailed,
    /// A check failed, the changes are in place.
    VerificationFailed,
    /// Applied and verified.
    Verified,
    /// A rollback runs, or is to be resumed.
    RollingBack,
    /// Data as before.
    RolledBack,
    /// A rollback failed.
    RollbackFailed,
    /// Recorded as applied; Godwit did not run it and has nothing to take back.
    Baselined;

    /// Whether the database holds changes of the version, all or some.
    public boolean hasChanges() {
      return this != RolledBack;
    }

    /// Whether the version is applied as a whole, by Godwit or, as is recorded, by somebody else.
    public boolean isSettled() {
      return this == Verified || this == Baselined;
    }
  }

  /// The state after one more event.
  static VersionState next(VersionState old, HistoryEvent event) {
    if (event.type() == EventType.Started) {
      return fresh(State.Running, old, event);
    }
    if (event.type() == EventType.Baselined) {
      return fresh(State.Baselined, old, event);
    }
    return switch (event.type()) {
      case RollbackOperationStarted, RollbackOperationCompleted -> old.withOperation(event);
      case UndoDropped -> old.withoutUndo(event);
      case StepStarted ->
          old.with(State.Running, event, put(old.started, event), old.completed, old.undone);
      case StepCompleted ->
          old.with(State.Running, event, old.started, put(old.completed, event), old.undone);
      case StepUndone ->
          old.with(State.RollingBack, event, old.started, old.completed, put(old.undone, event));
      case StepFailed -> old.with(State.StepFailed, event);
      case VerificationFailed -> old.with(State.VerificationFailed, event);
      case SoakStarted -> old.with(State.Running, event);
      case Verified -> old.with(State.Verified, event);
      case RollbackStarted, Restored -> old.with(State.RollingBack, event);
      case RolledBack -> old.with(State.RolledBack, event);
      case RollbackFailed -> old.with(State.RollbackFailed, event);
      case Started, Baselined -> throw new IllegalStateException("handled above");
    };
  }

  private static VersionState fresh(State state, VersionState old, HistoryEvent event) {
    return new VersionState(
        event.version(),
        event.attempt(),
        state,
        event.checksum(),
        event.retry(),
        event.details(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        old == null ? KeptUndo.NONE : old.kept.next(event),
        Course.of(event),
        false,
        event);
  }

  private VersionState with(State next, HistoryEvent event) {
    return with(next, event, started, completed, undone);
  }

  private VersionState with(
      State next,
      HistoryEvent event,
      Map<Integer, BsonDocument> nowStarted,
      Map<Integer, BsonDocument> nowCompleted,
      Map<Integer, BsonDocument> nowUndone) {
    return new VersionState(
        version,
        attempt,
        next,
        checksum,
        event.retry(),
        before,
        nowStarted,
        nowCompleted,
        nowUndone,
        rollbacks,
        kept.next(event),
        course.next(event),
        verified || event.type() == EventType.Verified,
        event);
  }

  private VersionState withOperation(HistoryEvent event) {
    Map<Integer, HistoryEvent> operations = new TreeMap<>(rollbacks);
    operations.put(event.stepIndex(), event);
    return new VersionState(
        version,
        attempt,
        State.RollingBack,
        checksum,
        event.retry(),
        before,
        started,
        completed,
        undone,
        Collections.unmodifiableMap(operations),
        kept.next(event),
        course.next(event),
        verified,
        event);
  }

  /// Its end is still how it ended.
  private VersionState withoutUndo(HistoryEvent event) {
    return new VersionState(
        version,
        attempt,
        state,
        checksum,
        retry,
        before,
        started,
        completed,
        undone,
        rollbacks,
        kept.next(event),
        course.next(event),
        verified,
        last);
  }

  private static Map<Integer, BsonDocument> put(
      Map<Integer, BsonDocument> map, HistoryEvent event) {
    Map<Integer, BsonDocument> copy = new TreeMap<>(map);
    copy.put(event.stepIndex(), event.details());
    return Collections.unmodifiableMap(copy);
  }

  /// Since when all steps are done and the checks hold, on the server's clock, while they go on.
  public Optional<Instant> soakingSince() {
    return state == State.Running && last.type() == EventType.SoakStarted
        ? Optional.of(last.at())
        : Optional.empty();
  }

  /// Whether the attempt ran this spec.
  ///
  /// @param specHash over all that is run
  public boolean ran(String specHash) {
    return before.getString("specHash", new BsonString("")).getValue().equals(specHash);
  }

  /// The collections that the attempt may have changed; empty when Godwit did not run it.
  public Set<String> collections() {
    return before.getArray("catalog", new BsonArray()).stream()
        .map(entry -> entry.asDocument().getString("collection").getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Where the backup of the attempt is, if the run that began it took one itself.
  public Optional<String> backup() {
    return before.isString("backup")
        ? Optional.of(before.getString("backup").getValue())
        : Optional.empty();
  }

  /// The failure that the latest event tells; null when it tells none.
  public Failure failure() {
    return last.failure();
  }

  /// Whether a step was begun, here or by whoever ran a baselined version, so that the database may
  /// have been changed.
  public boolean touched() {
    return state == State.Baselined || !started.isEmpty();
  }

  /// Whether the database holds changes of the version that came after this event.
  ///
  /// @param sequence number of an event
  public boolean changedSince(long sequence) {
    return state.hasChanges() && touched() && course.changed() > sequence;
  }

  /// Whether the version was taken over without a manifest: nobody knows what it did, so any
  /// manifest of this version counts as applied.
  public boolean imported() {
    return state == State.Baselined && checksum.isEmpty();
  }

  /// Whether a manifest with this checksum is what the history speaks of.
  public boolean isOf(String manifestChecksum) {
    return imported() || checksum.equals(manifestChecksum);
  }

  /// Where a baselined version comes from; null for any other.
  public Origin origin() {
    return state == State.Baselined ? Origin.fromBson(last.details()) : null;
  }
}
