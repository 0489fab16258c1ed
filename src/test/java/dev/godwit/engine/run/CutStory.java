package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// A migration that is cut anywhere: run again, it is done exactly once; finished or not, and also
/// after a cut on the way back, it is taken back to the byte.
///
/// @param seeded makes a database to migrate, the same each time
/// @param content what of a migrated database does not depend on chance
record CutStory(
    Changelog changelog, Supplier<MongoDatabase> seeded, Function<MongoDatabase, ?> content) {

  /// A piece of the story, on a database of its own.
  @FunctionalInterface
  private interface Piece {
    void tell(MongoDatabase database, CutRun.Point point) throws IOException;
  }

  /// A test a point.
  Stream<DynamicTest> tests() throws IOException {
    MongoDatabase clean = seeded.get();
    assertThat(Migrations.apply(clean, changelog).failure()).isNull();
    Object expected = content.apply(clean);
    MongoDatabase counted = seeded.get();
    int apply = CutRun.count(counted, this::apply);
    int rollback = CutRun.count(counted, this::rollback);
    return Stream.of(
            tests(
                "resumed",
                CutRun.points("apply", apply),
                (database, point) -> {
                  CutRun.interrupted(database, point, this::apply);
                  RunResult result = Migrations.apply(database, changelog);
                  assertThat(result.failure()).isNull();
                  assertThat(result.verdict()).isEqualTo(Verdict.Applied);
                  assertThat((Object) content.apply(database)).isEqualTo(expected);
                  assertThat(Snapshots.ownCollections(database))
                      .noneMatch(name -> name.startsWith("_godwit_work_"));
                }),
            tests(
                "taken back unfinished",
                CutRun.points("apply", apply),
                (database, point) -> CutRun.interrupted(database, point, this::apply)),
            tests(
                "taken back again",
                CutRun.points("rollback", rollback),
                (database, point) -> {
                  Migrations.apply(database, changelog);
                  CutRun.interrupted(database, point, this::rollback);
                }))
        .flatMap(tests -> tests);
  }

  private RunResult apply(MongoDatabase database) {
    return CutRun.apply(database, changelog);
  }

  private RunResult rollback(MongoDatabase database) {
    return CutRun.rollback(database, changelog);
  }

  /// Whatever happens, it ends with the way back.
  private Stream<DynamicTest> tests(String name, Stream<CutRun.Point> points, Piece piece) {
    return points.map(
        point ->
            dynamicTest(
                name + " " + point,
                () -> {
                  MongoDatabase database = seeded.get();
                  Map<String, String> before = Snapshots.of(database);
                  piece.tell(database, point);
                  assertTakenBack(database, before);
                }));
  }

  private void assertTakenBack(MongoDatabase database, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).containsOnly("_godwit_history", "_godwit_lock");
  }
}
