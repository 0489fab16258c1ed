package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.DatabaseSize;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.step.Catalog;
import java.util.List;

/// Says what a changelog would do to a database. Writes nothing at all, takes no lock.
public final class PlanRun {

  private final MongoDatabase database;
  private final Changelog changelog;

  public PlanRun(MongoDatabase database, Changelog changelog) {
    this.database = database;
    this.changelog = changelog;
  }

  /// @return verdict `Planned`, or `Applied`, `Recorded`, `RolledBack`, `Unfinished`,
  ///     `RollbackFailed` from the history
  /// @throws RunException with verdict `Refused`
  public RunResult run() {
    String position = RunPosition.read(database).orElse(null);
    RunResult result = run(History.read(database));
    return result.plan() == null
        ? result
        : result(
            result.verdict(),
            result.attempt(),
            result.plan().at(size(), position),
            result.failure());
  }

  /// The same for one who has read the history already, and takes no interest in size and
  /// position.
  public RunResult run(HistoryState history) {
    return switch (Resolution.forApply(changelog, history)) {
      case Resolution.Refuse refuse -> throw new RunException(Verdict.Refused, refuse.failure());
      case Resolution.Ended ended ->
          switch (ended.verdict()) {
            case Applied, Recorded, RolledBack, RollbackFailed ->
                result(ended.verdict(), ended.state().attempt(), null, ended.failure());
            default -> result(Verdict.Unfinished, ended.state().attempt(), null, ended.failure());
          };
      case Resolution.Resume resume -> unfinished(resume.state());
      case Resolution.Start start -> {
        Catalog catalog = Catalog.read(database, changelog.collections());
        new Preflight(database, changelog).check();
        yield result(Verdict.Planned, start.attempt(), summary(catalog), null);
      }
    };
  }

  private long size() {
    return DatabaseSize.of(
            database, changelog.touchesWholeDatabase() ? List.of() : changelog.collections())
        .bytes();
  }

  private RunResult unfinished(VersionState state) {
    Catalog catalog = Catalog.read(database, changelog.collections());
    return result(
        state.touched() ? Verdict.Unfinished : Verdict.Planned,
        state.attempt(),
        summary(catalog),
        null);
  }

  private PlanSummary summary(Catalog catalog) {
    List<String> collections = changelog.collections();
    List<String> missing =
        collections.stream().filter(name -> !catalog.get(name).exists()).toList();
    long documents =
        collections.stream()
            .filter(name -> catalog.get(name).exists())
            .mapToLong(name -> database.getCollection(name).estimatedDocumentCount())
            .sum();
    return new PlanSummary(
        changelog.touchesWholeDatabase() ? null : collections,
        missing,
        documents,
        changelog.isDestructive(),
        PlanHash.of(changelog, catalog));
  }

  private RunResult result(Verdict verdict, int attempt, PlanSummary plan, Failure failure) {
    return new RunResult(
        verdict,
        database.getName(),
        attempt,
        changelog.checksum(),
        plan,
        null,
        null,
        null,
        null,
        failure);
  }
}
