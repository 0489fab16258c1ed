package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.step.Catalog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonArray;

/// Looks, after a rollback, whether the database is as it was recorded at the start. What a step's
/// own rollback works on is as its author wants it; only a restore brings that back as it was.
final class RestoredCheck {

  private final MongoDatabase database;
  private final Changelog changelog;

  RestoredCheck(MongoDatabase database, Changelog changelog) {
    this.database = database;
    this.changelog = changelog;
  }

  /// @throws dev.godwit.engine.RunException with verdict `RollbackFailed`
  void check(VersionState state) {
    Catalog before = Catalog.fromBson(state.before().getArray("catalog", new BsonArray()));
    Set<String> compared = new TreeSet<>(before.collections().keySet());
    if (state.last().type() != EventType.Restored) {
      leaveOut(compared, state);
    }
    List<String> differences = before.only(compared).differences(Catalog.read(database, compared));
    if (!differences.isEmpty()) {
      throw RollbackRun.rollbackFailed(
          new Failure("NotAsBefore", null, String.join("; ", differences)),
          "the database is not as it was before the migration",
          null);
    }
    new CheckRunner(database, Map.of())
        .firstFailed(changelog.preconditions())
        .ifPresent(
            failed -> {
              throw RollbackRun.rollbackFailed(
                  new Failure("PreconditionFailed", failed.check().name(), failed.message()),
                  "a precondition that held before the migration does not hold any more",
                  null);
            });
  }

  private void leaveOut(Set<String> compared, VersionState state) {
    for (CompiledStep step : changelog.steps()) {
      if (StepsRollback.usesOwnRollback(step, state)) {
        Stream.concat(Stream.of(step.operation()), step.rollback().stream())
            .forEach(operation -> leaveOut(compared, operation));
      }
    }
  }

  private static void leaveOut(Set<String> compared, CompiledOperation operation) {
    if (operation.touchesWholeDatabase()) {
      compared.clear();
    }
    compared.removeAll(operation.collections());
  }
}
