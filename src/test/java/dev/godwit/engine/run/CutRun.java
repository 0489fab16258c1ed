package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/// Runs that lose the server at their n-th command, before the server has it or after the server
/// has done it; a new process would run again.
final class CutRun {

  /// Where a run is cut.
  record Point(String run, int command, Cut cut) {}

  /// How many points of each kind a test takes; `-Dgodwit.cuts=1000` takes all.
  private static final int POINTS = Integer.getInteger("godwit.cuts", 8);

  private CutRun() {}

  /// Random points of a run that has so many commands.
  static Stream<Point> points(String run, int commands) {
    long seed = System.nanoTime();
    System.out.printf(
        "%s: %d commands, %d points of each kind, seed %d%n", run, commands, POINTS, seed);
    Random random = new Random(seed);
    List<Point> points = new ArrayList<>();
    for (Cut cut : List.of(Cut.BEFORE_COMMAND, Cut.AFTER_COMMAND)) {
      random
          .ints(1, commands + 1)
          .distinct()
          .limit(Math.min(POINTS, commands))
          .sorted()
          .forEach(command -> points.add(new Point(run, command, cut)));
    }
    return points.stream();
  }

  /// Runs to the end.
  ///
  /// @return the number of commands
  static int count(MongoDatabase database, Function<MongoDatabase, RunResult> run)
      throws IOException {
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), 0, Cut.BEFORE_COMMAND);
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      run.apply(connection.database());
      return proxy.commands();
    }
  }

  /// Runs up to the point.
  static void interrupted(
      MongoDatabase database, Point point, Function<MongoDatabase, RunResult> run)
      throws IOException {
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), point.command(), point.cut());
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      run.apply(connection.database());
    } catch (RunException cut) {
      assertThat(cut.verdict()).isEqualTo(Verdict.Interrupted);
    } catch (com.mongodb.MongoException cut) {
      assertThat(TransientFailures.isTransient(cut)).as(cut.toString()).isTrue();
    }
  }

  /// Applies without patience.
  static RunResult apply(MongoDatabase database, Changelog changelog) {
    return new ApplyRun(Migrations.environment(database, Duration.ZERO), changelog).run();
  }

  /// Rolls back without patience.
  static RunResult rollback(MongoDatabase database, Changelog changelog) {
    return new RollbackRun(
            Migrations.environment(database, Duration.ZERO), changelog, Optional.empty())
        .run();
  }
}
