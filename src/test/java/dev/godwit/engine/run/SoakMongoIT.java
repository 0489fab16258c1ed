package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.History;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Soaks of an hour end by what happens in them; a run that does not notice must not hold
/// the suite.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SoakMongoIT {

  private final List<String> said = new ArrayList<>();
  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
    database.getCollection("users").insertOne(new Document("_id", 1));
  }

  private static Changelog changelog(String duration) {
    return Migrations.changelog(
        """
        {version: '001',
         steps: [{name: a, update: {collection: users, filter: '{}', update: '{$set: {a: 1}}'}}],
         verify: {
           checks: [
             {name: none-without, noDocuments: {collection: users, filter: '{a: {$exists: false}}'}},
             {name: nothing-lost, countUnchanged: {collection: users}}],
           soak: {duration: %s, interval: 50ms}}}
        """
            .formatted(duration));
  }

  /// @param first what happens when the soak begins
  private RunResult apply(Changelog changelog, StopSignal stop, Consumer<RunProgress> first) {
    return new ApplyRun(
            new RunEnvironment(
                database,
                progress -> {
                  if (progress.message() != null && progress.message().startsWith("soaks")) {
                    if (said.isEmpty()) {
                      first.accept(progress);
                    }
                    said.add(progress.message());
                  }
                },
                stop,
                "test",
                Duration.ofSeconds(10),
                Duration.ofSeconds(20)),
            changelog)
        .run();
  }

  @Test
  void checksGoOnAfterTheFirstSuccess() {
    RunResult result = apply(changelog("300ms"), new StopSignal(), _ -> {});

    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    assertThat(said).hasSizeGreaterThan(1).first().asString().contains("1 checks go on");
  }

  @Test
  void whatTurnsBadFailsTheVerificationAndIsTakenBack() {
    RunResult result =
        apply(
            changelog("1h"),
            new StopSignal(),
            _ -> database.getCollection("users").insertOne(new Document("_id", 2)));

    assertThat(result.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(result.failure().message()).contains("none-without", "it held after the last step");
    assertThat(Migrations.rollback(database, changelog("1h")).verdict())
        .isEqualTo(Verdict.RolledBack);
    assertThat(database.getCollection("users").find(new Document("a", 1)).first()).isNull();
  }

  @Test
  void documentsThatGoAfterwardsDoNotCountAsLost() {
    RunResult result =
        apply(
            changelog("200ms"),
            new StopSignal(),
            _ -> database.getCollection("users").deleteOne(new Document("_id", 1)));

    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void aStoppedRunGoesOnWithWhatIsLeft() {
    StopSignal stop = new StopSignal();
    assertThatThrownBy(() -> apply(changelog("1h"), stop, _ -> stop.request()))
        .isInstanceOfSatisfying(
            RunException.class, it -> assertThat(it.verdict()).isEqualTo(Verdict.Interrupted));
    Instant since = since();

    StopSignal again = new StopSignal();
    said.clear();
    assertThatThrownBy(() -> apply(changelog("1h"), again, _ -> again.request()))
        .isInstanceOf(RunException.class);
    assertThat(since()).as("the soak does not begin anew").isEqualTo(since);
    assertThat(apply(changelog("1ms"), new StopSignal(), _ -> {}).verdict())
        .isEqualTo(Verdict.Applied);
  }

  private Instant since() {
    return History.read(database).of("001").orElseThrow().soakingSince().orElseThrow();
  }
}
