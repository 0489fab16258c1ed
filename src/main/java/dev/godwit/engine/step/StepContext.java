package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.throttle.Replication;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;

/// What a step works with.
///
/// @param progress takes (documents done, documents expected)
/// @param replication tells how far the server's secondaries are behind
public record StepContext(
    MongoDatabase database,
    History history,
    Lease lease,
    StopSignal stop,
    Attempt attempt,
    CompiledStep step,
    StepProgress progress,
    Replication replication) {

  /// Takes the progress of a step.
  @FunctionalInterface
  public interface StepProgress {
    /// @param done documents done
    /// @param total documents expected; 0 when unknown
    void report(long done, long total);

    /// Reports what a step does that cannot count.
    ///
    /// @param what in a sentence: `builds index 'email_1' of 'users' for 30s`
    default void working(String what) {}

    /// Goes with all reports from now on.
    ///
    /// @param reason why the step goes slowly, in a sentence; null when it does not
    default void slowed(String reason) {}
  }

  /// A collection whose commands end before the lease does.
  MongoCollection<BsonDocument> collection(String name) {
    return database
        .getCollection(name, BsonDocument.class)
        .withTimeout(lease.remaining().toMillis(), TimeUnit.MILLISECONDS);
  }

  /// The collection that the step changes.
  MongoCollection<BsonDocument> collection() {
    return collection(step.operation().target());
  }

  /// The collection that the step changes, for reads that may take longer than a lease: they need
  /// no fence.
  MongoCollection<BsonDocument> unhurried() {
    return unhurried(step.operation().target());
  }

  /// A collection, for reads that may take longer than a lease.
  MongoCollection<BsonDocument> unhurried(String name) {
    return database.getCollection(name, BsonDocument.class);
  }

  /// The undo log of this step.
  UndoLog undoLog() {
    return new UndoLog(this);
  }

  /// Stops here when a stop was requested or the lease is gone.
  void checkpointReached() {
    stop.check();
    lease.check();
  }

  /// A failure of this step.
  RunException failed(String reason, String message, Throwable cause) {
    return new RunException(
        Verdict.StepFailed,
        new Failure(reason, step.name(), "step '%s': %s".formatted(step.name(), message)),
        cause);
  }
}
