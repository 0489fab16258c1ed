package dev.godwit.cli;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.History;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.scratch.DatabaseCopy;
import dev.godwit.engine.scratch.DatabaseDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Tries a migration out on a scratch database: up, its checks, down, everything as before, up
/// again. What follows on a part that failed is left out.
final class MigrationTrial {

  private final RunEnvironment environment;
  private final MongoDatabase was;
  private final MigrationFile migration;
  private final Changelog changelog;
  private final Backups backups;
  private final List<Trial> trials = new ArrayList<>();

  /// @param environment with the scratch database
  /// @param was as the scratch database is now; kept so
  /// @param backups for migrations that only a backup takes back
  MigrationTrial(
      RunEnvironment environment, MongoDatabase was, MigrationFile migration, Backups backups) {
    this.environment = environment;
    this.was = was;
    this.migration = migration;
    this.backups = backups;
    Changelog written = migration.changelog();
    this.changelog =
        written.steps().stream().anyMatch(step -> step.needsBackup())
            ? written.withOnFailure(OnFailure.Restore)
            : written;
  }

  /// Runs all parts.
  List<Trial> run() {
    UpStep step = UpStep.of(changelog, History.read(environment.database()));
    if (step instanceof UpStep.Nothing) {
      return skip("it is applied already");
    }
    boolean good =
        part(Trial.Part.Up, this::up)
            && part(Trial.Part.Verify, this::verify)
            && part(Trial.Part.Down, this::down)
            && part(Trial.Part.AsBefore, this::difference)
            && part(Trial.Part.UpAgain, this::up);
    if (!good) {
      return skip("an earlier part failed");
    }
    new DatabaseCopy(environment.database(), was, environment.stop()).run(this::isTouched);
    return trials;
  }

  /// Leaves out all parts that were not tried.
  List<Trial> skip(String why) {
    for (Trial.Part part : Trial.Part.values()) {
      if (part.ordinal() >= trials.size()) {
        add(part, Trial.Outcome.Skipped, why, 0);
      }
    }
    return trials;
  }

  private boolean isTouched(String collection) {
    return !collection.startsWith(CollectionName.OWN_PREFIX)
        && (changelog.touchesWholeDatabase() || changelog.collections().contains(collection));
  }

  /// @param run says what is wrong; empty when nothing is
  private boolean part(Trial.Part part, Supplier<Optional<String>> run) {
    long start = System.nanoTime();
    Optional<String> wrong;
    try {
      wrong = run.get();
    } catch (RunException failed) {
      if (failed.verdict() == Verdict.Interrupted) {
        throw failed;
      }
      wrong = Optional.of(failed.getMessage());
    } catch (MongoException failed) {
      wrong = Optional.of(Endings.message(failed));
    }
    add(
        part,
        wrong.isEmpty() ? Trial.Outcome.Passed : Trial.Outcome.Failed,
        wrong.orElse(null),
        (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1));
    return wrong.isEmpty();
  }

  private void add(Trial.Part part, Trial.Outcome outcome, String message, double seconds) {
    trials.add(
        new Trial(
            Databases.nameOf(migration), migration.version(), part, outcome, message, seconds));
  }

  private Optional<String> up() {
    MigrationResult result =
        new MigrationUp(environment, changelog, backups, changelog.onFailure() == OnFailure.Restore)
            .run();
    if (result.verdict() == Verdict.Interrupted) {
      throw new RunException(result.verdict(), result.failure());
    }
    return switch (result.verdict()) {
      case Applied, Recorded -> Optional.empty();
      default -> Optional.of("%s: %s".formatted(result.verdict(), result.failure().message()));
    };
  }

  private Optional<String> verify() {
    return new CheckRunner(environment.database(), Map.of())
        .firstFailed(
            changelog.checks().stream()
                .filter(check -> !(check.kind() instanceof CompiledCheck.Kind.CountUnchanged))
                .toList())
        .map(CheckRunner.Failed::message);
  }

  private Optional<String> down() {
    Optional<String> backup =
        History.read(environment.database()).of(changelog.version()).orElseThrow().backup();
    var result =
        new RollbackRun(environment, changelog, backups.lastResort(environment, backup)).run();
    return result.verdict() == Verdict.RolledBack
        ? Optional.empty()
        : Optional.of(result.failure().message());
  }

  private Optional<String> difference() {
    List<String> differences =
        new DatabaseDifference(was, environment.database(), environment.stop()).find();
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of("after down: " + String.join("; ", differences));
  }
}
