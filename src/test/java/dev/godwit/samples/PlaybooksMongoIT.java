package dev.godwit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The sets of samples, each on data of its own, version by version: applied, taken back to the
/// byte, applied again; then all taken back in reverse order and all applied once more.
class PlaybooksMongoIT {

  private MongoDatabase database;
  private SampleRuns runs;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
    runs = new SampleRuns(database);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @CsvSource({
    "operations, bookshop",
    "delivery, delivery",
    "ledger, ledger",
    "grocery, grocery",
    "accounts, accounts"
  })
  void goesUpAndDownAndUpAgain(String folder, String data) throws IOException {
    List<String> samples = SampleRuns.of(folder).stream().filter(SampleRuns::canRunHere).toList();
    runs.fill(data);
    List<Map<String, String>> states = new ArrayList<>(List.of(Snapshots.of(database)));

    for (String sample : samples) {
      applied(sample, 0);
      Map<String, String> after = Snapshots.of(database);
      assertThat(after).as(sample).isNotEqualTo(states.getLast());
      takenBack(sample, 0, states.getLast());
      applied(sample, 1);
      assertThat(Snapshots.of(database)).as("%s applied again", sample).isEqualTo(after);
      states.add(after);
    }
    for (int i = samples.size() - 1; i >= 0; i--) {
      takenBack(samples.get(i), 1, states.get(i));
    }
    for (int i = 0; i < samples.size(); i++) {
      applied(samples.get(i), 2);
      assertThat(Snapshots.of(database))
          .as("up to %s", samples.get(i))
          .isEqualTo(states.get(i + 1));
    }
  }

  private void applied(String sample, int retry) throws IOException {
    RunResult result = runs.apply(sample, retry);
    assertThat(result.failure()).as(sample).isNull();
    assertThat(result.verdict()).as(sample).isEqualTo(Verdict.Applied);
  }

  private void takenBack(String sample, int retry, Map<String, String> before) throws IOException {
    RunResult result = runs.rollback(sample, retry);
    assertThat(result.failure()).as("%s taken back", sample).isNull();
    assertThat(result.verdict()).as("%s taken back", sample).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).as("%s taken back", sample).isEqualTo(before);
  }
}
