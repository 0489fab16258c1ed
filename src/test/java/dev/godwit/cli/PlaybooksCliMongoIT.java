package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.AccountsSeed;
import dev.godwit.testing.seed.DeliverySeed;
import dev.godwit.testing.seed.GrocerySeed;
import dev.godwit.testing.seed.LedgerSeed;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The playbooks as their users run them: a folder, and the command.
class PlaybooksCliMongoIT {

  private final MongoDatabase database = MongoServer.newDatabase();

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"delivery", "ledger", "grocery", "accounts"})
  void upVerifyDownAllAndUp(String set) {
    fill(set);
    Map<String, String> before = Snapshots.of(database);
    Folder folder = new Folder(Path.of("deploy/samples", set), database.getName());

    done(folder.run("up", "--no-backup"));
    Map<String, String> after = Snapshots.of(database);
    done(folder.run("verify"));
    done(folder.run("down", "--all", "--yes"));
    assertThat(Snapshots.of(database)).as("taken back").isEqualTo(before);
    done(folder.run("up", "--no-backup"));
    done(folder.run("verify"));
    assertThat(Snapshots.of(database)).as("up again").isEqualTo(after).isNotEqualTo(before);
  }

  private static void done(Cli.Answer answer) {
    assertThat(answer.exitCode()).as(answer.out() + answer.err()).isEqualTo(ExitCode.DONE);
  }

  private void fill(String set) {
    switch (set) {
      case "accounts" -> AccountsSeed.fill(database, 21, 300);
      case "delivery" -> DeliverySeed.fill(database, 22, 100);
      case "grocery" -> GrocerySeed.fill(database, 23, 200);
      case "ledger" -> LedgerSeed.fill(database, 24, 40, 650);
      default -> throw new AssertionError("no data for " + set);
    }
  }
}
