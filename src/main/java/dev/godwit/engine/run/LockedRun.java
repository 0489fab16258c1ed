package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.Backoff;
import dev.godwit.engine.lock.Lease;
import java.time.Duration;
import org.bson.BsonDocument;

/// Runs a body under the database's lock, again and again while the server is away: each time it
/// begins with the history, as a new process would. The patience ends when nothing gets on, also
/// while the server answers.
final class LockedRun {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /// What runs under the lock.
  @FunctionalInterface
  interface Body<T> {
    T run(History history, Lease lease);
  }

  private final RunEnvironment environment;

  LockedRun(RunEnvironment environment) {
    this.environment = environment;
  }

  /// @throws RunException with the verdicts `Interrupted`, `LockHeld` and those of the body
  <T> T run(Body<T> body) {
    Session session = environment.session().orElseGet(Session::new);
    long patientUntil = System.nanoTime() + environment.patience().toNanos();
    BsonDocument reached = null;
    Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      boolean kept = false;
      try {
        Session.Held held = session.hold(environment);
        BsonDocument position = held.history().position();
        if (!position.equals(reached)) {
          reached = position;
          patientUntil = System.nanoTime() + environment.patience().toNanos();
        }
        T result = body.run(held.history(), held.lease());
        kept = environment.session().isPresent();
        return result;
      } catch (MongoException failure) {
        if (!TransientFailures.isTransient(failure)) {
          throw failure;
        }
        giveUpAfter(patientUntil, failure);
        report("waits for the database: " + failure.getMessage());
      } catch (RunException stopped) {
        if (!"LeaseLost".equals(stopped.failure().reason())) {
          throw stopped;
        }
        giveUpAfter(patientUntil, stopped);
        report("lost the lock, takes it again");
      } finally {
        if (!kept) {
          session.close();
        }
      }
      environment.stop().pause(backoff.next());
    }
  }

  private void giveUpAfter(long deadline, RuntimeException failure) {
    if (System.nanoTime() - deadline > 0) {
      throw new RunException(
          Verdict.Interrupted,
          new Failure(
              "DatabaseUnreachable",
              null,
              "no progress was made for %d s (%s); check the connection string, the network policy and the server, the next run resumes"
                  .formatted(environment.patience().toSeconds(), failure.getMessage())),
          failure);
    }
  }

  private void report(String message) {
    environment.progress().report(RunProgress.waiting(message));
  }
}
