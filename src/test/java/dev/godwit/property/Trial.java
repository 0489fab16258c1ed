package dev.godwit.property;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.property.Case.Kind;
import dev.godwit.property.Case.Point;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonDocument;

/// Runs a case and looks at what must hold: an interrupted run that goes on ends as one that was
/// not interrupted, and as the bare commands would; a rollback leaves every byte, index and option
/// as it was, and nothing of Godwit's but lock and history; the history follows the tokens.
final class Trial implements AutoCloseable {

  /// What a case did that it must not.
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// @param verdict of the uninterrupted run
  /// @param writes that it made
  /// @param crashed whether the interrupted run was interrupted
  record Told(Verdict verdict, int writes, boolean crashed) {}

  private final Case one;
  private final Changelog changelog;
  private final List<MongoDatabase> databases = new ArrayList<>();
  private final Content before;
  private Content applied;
  private Verdict verdict;
  private int applyWrites;
  private int rollbackWrites;

  private Trial(Case one) {
    this.one = one;
    this.changelog = Runs.changelog(one);
    this.before = Content.of(seeded());
  }

  /// @throws Violation when something does not hold
  static Told run(Case one) {
    return run(one, List.of(one.crash().apply()));
  }

  /// The same with several points at which the run is interrupted.
  static Told run(Case one, List<Point> points) {
    try (Trial trial = new Trial(one)) {
      trial.uninterrupted();
      boolean crashed = false;
      for (Point point : points) {
        if (trial.verdict != Verdict.Refused && trial.applyWrites > 0) {
          crashed |= trial.interrupted(point);
        }
      }
      return new Told(trial.verdict, trial.applyWrites, crashed);
    }
  }

  private MongoDatabase seeded() {
    MongoDatabase database = Runs.seeded(one);
    databases.add(database);
    return database;
  }

  private void uninterrupted() {
    MongoDatabase database = databases.getFirst();
    Crashes.Armed counting = Crashes.arm(database, Kind.NONE, 0);
    verdict =
        guarded(
                "the uninterrupted run",
                () -> Runs.apply(Crashes.of(database), changelog, Runs.LEASE))
            .verdict();
    applyWrites = counting.writes();
    applied = Content.of(database);
    if (verdict == Verdict.Refused) {
      require(applied, before, "a refused run changed something");
      return;
    }
    if (verdict == Verdict.Applied) {
      compareWithBareCommands();
    }
    checkHistory(database, verdict == Verdict.Applied);
    Crashes.Armed undoing = Crashes.arm(database, Kind.NONE, 0);
    takeBack(database, Crashes.of(database), "the rollback of the uninterrupted run");
    rollbackWrites = undoing.writes();
  }

  private void compareWithBareCommands() {
    if (Bare.knows(one)) {
      MongoDatabase database = seeded();
      try {
        Bare.apply(database, changelog.steps());
      } catch (MongoException refused) {
        return;
      }
      require(applied, Content.of(database), "the run does other than the bare commands");
    }
  }

  /// @return whether the run met its end
  private boolean interrupted(Point point) {
    MongoDatabase database = seeded();
    boolean crashed =
        switch (point.kind()) {
          case NONE -> false;
          case ZOMBIE -> zombie(database, point);
          case BEFORE, AFTER -> {
            dying(database, point, applyWrites, run -> Runs.apply(run, changelog, Runs.LEASE));
            yield true;
          }
        };
    if (one.crash().resumed()) {
      resume(database, point);
    }
    rollBack(database, point);
    return crashed;
  }

  private void resume(MongoDatabase database, Point point) {
    RunResult result =
        guarded("the resumed run", () -> Runs.apply(database, changelog, Runs.LEASE));
    if (verdict == Verdict.Applied) {
      String where = "after " + point;
      if (result.verdict() != Verdict.Applied) {
        throw new Violation(
            "the resumed run ended as %s: %s".formatted(result.verdict(), result.failure()), null);
      }
      require(
          Content.of(database),
          applied,
          "the resumed run did other than the uninterrupted " + where);
      checkHistory(database, true);
    }
  }

  private void rollBack(MongoDatabase database, Point point) {
    Point undo = one.crash().rollback();
    if (undo.kind() == Kind.BEFORE || undo.kind() == Kind.AFTER) {
      dying(database, undo, rollbackWrites, run -> Runs.rollback(run, changelog));
    }
    takeBack(database, database, "the rollback after %s and %s".formatted(point, undo));
  }

  private boolean zombie(MongoDatabase database, Point point) {
    try (Zombie zombie = new Zombie(database, changelog, point.of(applyWrites))) {
      boolean held = zombie.awaitHeld();
      resume(database, point);
      zombie.wake();
      if (verdict == Verdict.Applied) {
        require(Content.of(database), applied, "a paused run that woke up changed something");
        checkHistory(database, true);
      }
      return held;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } catch (java.io.IOException | java.util.concurrent.TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void dying(
      MongoDatabase database, Point point, int writes, Function<MongoDatabase, RunResult> run) {
    Crashes.Armed armed = Crashes.arm(database, point.kind(), point.of(writes));
    try {
      run.apply(Crashes.of(database));
    } catch (Throwable end) {
      if (!armed.isDead()) {
        throw new Violation("the run that was to crash ended before with " + end, end);
      }
    }
    Runs.freeLock(database);
  }

  private void takeBack(MongoDatabase database, MongoDatabase through, String what) {
    RunResult back = guarded(what, () -> Runs.rollback(through, changelog));
    if (back.verdict() != Verdict.RolledBack) {
      throw new Violation(
          "%s ended as %s: %s".formatted(what, back.verdict(), back.failure()), null);
    }
    require(Content.of(database), before, what + " left something");
    List<String> left = new ArrayList<>(Snapshots.ownCollections(database));
    left.removeAll(List.of("_godwit_lock", "_godwit_history"));
    if (!left.isEmpty()) {
      throw new Violation("%s left %s".formatted(what, left), null);
    }
  }

  private static RunResult guarded(String what, java.util.function.Supplier<RunResult> run) {
    try {
      return run.get();
    } catch (RuntimeException unexpected) {
      throw new Violation("%s ended with %s".formatted(what, unexpected), unexpected);
    }
  }

  private static void require(Content is, Content should, String message) {
    if (!is.equals(should)) {
      throw new Violation("%s:%n%s".formatted(message, is.difference(should)), null);
    }
  }

  /// Numbers without a gap, tokens that never fall, each step completed once, and the end told.
  private void checkHistory(MongoDatabase database, boolean verified) {
    long number = 0;
    long token = 0;
    long completed = 0;
    for (BsonDocument event :
        database
            .getCollection(History.COLLECTION, BsonDocument.class)
            .find(BsonDocument.parse("{_id: {$gte: 0}}"))
            .sort(BsonDocument.parse("{_id: 1}"))) {
      if (event.getNumber("_id").longValue() != ++number
          || event.getNumber("token").longValue() < token) {
        throw new Violation("the history is out of order at " + event.toJson(), null);
      }
      token = event.getNumber("token").longValue();
      completed += event.getString("event").getValue().equals("StepCompleted") ? 1 : 0;
    }
    VersionState state = History.read(database).of("1").orElseThrow();
    if (verified
        && (state.state() != VersionState.State.Verified || completed != one.steps().size())) {
      throw new Violation(
          "the history says %s after %d of %d steps"
              .formatted(state.state(), completed, one.steps().size()),
          null);
    }
  }

  @Override
  public void close() {
    for (MongoDatabase database : databases) {
      Crashes.disarm(database);
      database.drop();
    }
  }
}
