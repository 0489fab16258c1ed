package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpDownMongoIT {

  @TempDir private Path manifests;
  @TempDir private Path backups;

  private final MongoDatabase database = MongoServer.newDatabase();
  private Folder folder;
  private Map<String, String> before;

  @BeforeEach
  void seed() {
    folder = new Folder(manifests, database.getName());
    database
        .getCollection("users")
        .insertMany(
            IntStream.range(0, 25)
                .mapToObj(i -> new Document("_id", i).append("name", "u" + i))
                .toList());
    before = Snapshots.of(database);
    folder.write("1", Folder.setsField("a"));
    folder.write("2", Folder.setsField("b"));
    folder.write("10", Folder.setsField("c"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void aFolderGoesUpInOrderAndDownAndUpAgain() {
    Answer up = folder.run("up", "--no-backup");
    assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.DONE);
    assertThat(up.out())
        .containsSubsequence("WHAT", "1 ", "2 ", "10 ", "1: applied (set-a: 25 changed)")
        .endsWith("3 applied, 0 were applied already.\n");
    assertThat(states())
        .containsExactlyEntriesOf(of("1", "Applied", "2", "Applied", "10", "Applied"));

    Answer again = folder.run("up", "--no-backup");
    assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("Nothing to do.", "0 applied, 3 were applied already.");

    Answer down = folder.run("down", "--to", "1", "--yes");
    assertThat(down.exitCode()).as(down.err()).isEqualTo(ExitCode.DONE);
    assertThat(down.out()).containsSubsequence("10: taken back", "2: taken back");
    assertThat(states())
        .containsExactlyEntriesOf(of("1", "Applied", "2", "RolledBack", "10", "RolledBack"));

    Answer only = folder.run("up", "--only", "2", "--no-backup", "-o", "json");
    assertThat(only.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(only.json().at("/migrations/0/verdict").asText()).isEqualTo("Applied");
    assertThat(only.json().at("/migrations/0/attempt").asInt()).isEqualTo(2);
    assertThat(states())
        .containsExactlyEntriesOf(of("1", "Applied", "2", "Applied", "10", "RolledBack"));

    assertThat(folder.run("down", "--all", "--yes").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void onlyTakesBackWhatNothingIsBuiltOn() {
    folder.run("up", "--no-backup");

    Answer refused = folder.run("down", "--only", "1", "--yes");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("later versions are applied on top of 1: 10, 2");
    assertThat(states()).doesNotContainValue("RolledBack");
  }

  @Test
  void aCheckThatFailsTakesTheMigrationBackAndStops() {
    folder.write("2", Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}"));

    Answer up = folder.run("up", "--no-backup", "-o", "json");

    assertThat(up.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    JsonNode failed = up.json().at("/migrations/1");
    assertThat(failed.path("verdict").asText()).isEqualTo("RolledBack");
    assertThat(failed.at("/failure/message").asText())
        .contains("25 documents", "for example _id 0");
    assertThat(states())
        .containsExactlyEntriesOf(of("1", "Applied", "2", "RolledBack", "10", "Pending"));
    assertThat(database.getCollection("users").countDocuments(new Document("b", 1))).isZero();
    folder.run("down", "--all", "--yes");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void skipFailedGoesOnAndTheExitCodeStillTells() {
    folder.write("2", Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}"));

    Answer up = folder.run("up", "--no-backup", "--skip-failed");

    assertThat(up.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(up.out())
        .contains("2: check 'b-is-set'", "rolled back, the data is as before", "10: applied")
        .endsWith("2 applied, 0 were applied already, 1 are not.\n");
  }

  @Test
  void aFailedVersionIsTriedAgainByTheNextUp() {
    folder.write("2", Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}"));
    assertThat(folder.run("up", "--no-backup").exitCode()).isEqualTo(12);
    assertThat(folder.run("up", "--no-backup").exitCode()).as("runs again").isEqualTo(12);

    folder.write("2", Folder.setsField("b"));
    Answer mended = folder.run("up", "--no-backup");

    assertThat(mended.exitCode()).as(mended.err()).isEqualTo(ExitCode.DONE);
    assertThat(mended.out()).contains("retry, attempt 3");
    assertThat(states()).doesNotContainValue("RolledBack");
  }

  @Test
  void withoutABackupNothingBeginsUnlessThatIsSaid() throws IOException {
    Answer refused = folder.run("up");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("--backup-dir", "--no-backup");
    assertThat(Snapshots.ownCollections(database)).isEmpty();

    folder.write(
        "1",
        Folder.setsField("a")
            + "backup: {storage: {persistentVolumeClaim: {claimName: in-the-cluster}}}\n");
    Answer volume = folder.run("up");
    assertThat(volume.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(volume.err()).contains("'in-the-cluster'", "pods of its cluster", "--backup-dir");
    assertThat(Snapshots.ownCollections(database)).isEmpty();

    Answer missing = folder.run("up", "--backup-dir", backups.resolve("none").toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.REFUSED);

    Answer up = folder.run("up", "--backup-dir", backups.toString(), "-o", "json");
    assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.DONE);
    for (JsonNode migration : up.json().path("migrations")) {
      assertThat(backups.resolve(migration.path("backup").asText()).resolve("manifest.json"))
          .exists();
    }
    try (Stream<Path> files = Files.walk(backups)) {
      assertThat(files.filter(file -> file.endsWith("manifest.json"))).hasSize(3);
    }
  }

  @Test
  void theBackupIsRestoredWhereTheManifestSaysSo() {
    folder.write(
        "2",
        Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}")
            + "rollback: {onFailure: Restore}\n");

    Answer without = folder.run("up", "--no-backup");
    assertThat(without.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(without.err()).contains("by its backup only");

    Answer up = folder.run("up", "--backup-dir", backups.toString(), "-o", "json");
    assertThat(up.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(up.json().at("/migrations/1/restored").asBoolean()).isTrue();
    assertThat(up.json().at("/migrations/1/setAside")).hasSize(1);
    assertThat(database.getCollection("users").countDocuments(new Document("b", 1))).isZero();
    assertThat(database.getCollection("users").countDocuments(new Document("a", 1))).isEqualTo(25);
  }

  @Test
  void aFailureThatIsToStayStays() {
    folder.write(
        "2",
        Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}") + "rollback: {onFailure: None}\n");

    Answer up = folder.run("up", "--no-backup");

    assertThat(up.exitCode()).isEqualTo(ExitCode.CHANGES_STAY);
    assertThat(database.getCollection("users").countDocuments(new Document("b", 1))).isEqualTo(25);
  }

  @Test
  void whatIsRefusedChangesNothing() {
    folder.write("10", Folder.setsField("c").replace("collection: users", "collection: nobody"));

    Answer up = folder.run("up", "--no-backup", "--only", "10");

    assertThat(up.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(up.out()).contains("refused, nothing was changed: spec.steps[0].update.collection");
    assertThat(up.err()).contains("version 1 is left out and comes too late");
    assertThat(Snapshots.ownCollections(database)).isEmpty();
  }

  @Test
  void stepsThatChangedSinceAreSeenAndRefused() {
    folder.run("up", "--no-backup");
    folder.write("2", Folder.setsField("x"));

    assertThat(states()).containsEntry("2", "Changed");
    assertThat(folder.run("up", "--no-backup").exitCode()).isEqualTo(ExitCode.REFUSED);
    Answer down = folder.run("down", "--all", "--yes");
    assertThat(down.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(down.err()).contains("2.yaml are not those that were applied");
    assertThat(states()).doesNotContainValue("RolledBack");
  }

  @Test
  void versionsWhoseFileIsGoneAreNamed() throws IOException {
    folder.run("up", "--no-backup");
    Files.delete(manifests.resolve("10.yaml"));

    Answer status = folder.run("status");
    Answer down = folder.run("down", "--all", "--yes");

    assertThat(status.out()).contains("not in the files");
    assertThat(down.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(down.err()).contains("version 10 is applied, but its manifest is not in the files");
  }

  @Test
  void downNeedsConsentAndAChoice() {
    folder.run("up", "--no-backup");

    Answer unasked = folder.run("down", "--all");
    Answer unsaid = folder.run("down", "--yes");
    Answer both = folder.run("down", "--yes", "--to", "1", "--all");

    assertThat(List.of(unasked, unsaid, both))
        .allMatch(answer -> answer.exitCode() == ExitCode.USAGE);
    assertThat(unasked.err()).contains("--yes").doesNotContain("\tat ");
    assertThat(states()).doesNotContainValue("RolledBack");
  }

  @Test
  void anUnknownVersionIsNoSelection() {
    Answer up = folder.run("up", "--no-backup", "--to", "3");

    assertThat(up.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(up.err()).contains("no version 3; there are [1, 2, 10]");
    assertThat(folder.run("up", "--no-backup", "--to", "02").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(states())
        .containsExactlyEntriesOf(of("1", "Applied", "2", "Applied", "10", "Pending"));
  }

  private Map<String, String> states() {
    Map<String, String> states = new java.util.LinkedHashMap<>();
    folder
        .run("status", "-o", "json")
        .json()
        .forEach(it -> states.put(it.path("version").asText(), it.path("state").asText()));
    return states;
  }

  private static Map<String, String> of(String... pairs) {
    Map<String, String> map = new TreeMap<>(dev.godwit.api.v1alpha1.NaturalOrder.COMPARATOR);
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Test
  void aVersionInAnotherSpellingIsNotAppliedASecondTime() throws IOException {
    folder.run("up", "--no-backup");
    Files.delete(manifests.resolve("2.yaml"));
    folder.write("002", Folder.setsField("b"));

    Answer up = folder.run("up", "--no-backup");
    Answer down = folder.run("down", "--all", "--yes");

    assertThat(up.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(up.err()).contains("version 002 is recorded as '2'");
    assertThat(folder.run("status").out()).contains("recorded as '2'; write it the same way");
    assertThat(down.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(down.err()).contains("version 2 is applied, but its manifest says version '002'");
  }

  @Test
  void whatIsToBeRolledBackIsNotAppliedNorWaitedFor() {
    folder.run("up", "--no-backup", "--to", "1");
    folder.write("2", "desiredState: RolledBack\n" + Folder.setsField("b"));

    Answer plan = folder.run("plan");
    Answer up = folder.run("up", "--no-backup");

    assertThat(plan.err()).contains("version 2 ", "spec.desiredState is RolledBack");
    assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.DONE);
    assertThat(up.err()).contains("version 2 ", "is passed over");
    assertThat(database.getCollection("users").countDocuments(new Document("b", 1))).isZero();
    assertThat(folder.run("wait", "--all", "--timeout", "1ms").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(folder.run("status").out()).contains("spec.desiredState is RolledBack");
  }

  @Test
  void whatIsToBeRolledBackAndIsStillAppliedIsNamed() {
    folder.run("up", "--no-backup");
    folder.write("10", "desiredState: RolledBack\n" + Folder.setsField("c"));

    Answer up = folder.run("up", "--no-backup");

    assertThat(up.err()).contains("godwit down --only 10");
    assertThat(folder.run("status").out()).contains("godwit down --only 10");
    assertThat(folder.run("down", "--only", "10", "--yes").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(states()).containsEntry("10", "RolledBack");
  }

  @Test
  void oneDatabaseIsNotMadeOfTheManifestsOfSeveral() throws IOException {
    for (String[] pair : new String[][] {{"1", "shop"}, {"2", "crm"}}) {
      Path file = manifests.resolve(pair[0] + ".yaml");
      Files.writeString(
          file, Files.readString(file).replace("nobody-reads-it}", "s}, database: " + pair[1]));
    }

    Answer up = folder.run("up", "--no-backup");

    assertThat(up.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(up.err()).contains("several databases (crm, shop)");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aForgottenFolderOfBackupsLeavesNoMarkInTheHistory() {
    folder.write("2", Folder.setsField("b") + "rollback: {onFailure: Restore}\n");
    folder.run("up", "--backup-dir", backups.toString(), "--to", "2");

    Answer down = folder.run("down", "--to", "1", "--yes");

    assertThat(down.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(down.err()).contains("by its backup '" + database.getName() + "/2-");
    assertThat(states()).containsEntry("2", "Applied");
    Answer elsewhere =
        folder.run("down", "--to", "1", "--yes", "--backup-dir", manifests.toString());
    assertThat(elsewhere.exitCode()).isEqualTo(ExitCode.REFUSED);
    Answer with = folder.run("down", "--to", "1", "--yes", "--backup-dir", backups.toString());
    assertThat(with.exitCode()).as(with.err()).isEqualTo(ExitCode.DONE);
  }

  /// `down` raises retry by itself, which alone is no person's word.
  @Test
  void whatAPersonTookBackIsRecordedOnlyIfTheManifestSaysSo() {
    folder.run("up", "--no-backup");
    for (String name : database.listCollectionNames()) {
      if (name.startsWith("_godwit_undo_10_")) {
        database.getCollection(name).drop();
      }
    }
    Answer failed = folder.run("down", "--only", "10", "--yes");
    assertThat(failed.exitCode()).as(failed.out()).isEqualTo(ExitCode.ROLLBACK_FAILED);
    String none = Folder.setsField("c") + "rollback: {onFailure: None}\n";

    folder.write("10", none);
    Answer refused = folder.run("down", "--only", "10", "--yes");
    folder.write("10", none + "retry: 1\n");
    Answer recorded = folder.run("down", "--only", "10", "--yes");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("only be recorded", "raise retry there to 1");
    assertThat(recorded.exitCode()).as(recorded.err()).isEqualTo(ExitCode.DONE);
    assertThat(recorded.out())
        .contains("taken back by hand, to be recorded", "10: recorded as rolled back");
    assertThat(states()).containsEntry("10", "RolledBack");
    assertThat(database.getCollection("users").countDocuments(new Document("c", 1)))
        .as("nothing was run")
        .isEqualTo(25);
  }

  @Test
  void nothingIsBuiltOnAVersionThatIsThereByHalf() {
    folder.write(
        "2",
        Folder.setsField("b").replace("{b: {$ne: 1}}", "{b: 1}") + "rollback: {onFailure: None}\n");

    Answer skipped = folder.run("up", "--no-backup", "--skip-failed");
    Answer only = folder.run("up", "--no-backup", "--only", "10");

    assertThat(skipped.exitCode()).isEqualTo(ExitCode.CHANGES_STAY);
    assertThat(only.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(only.err()).contains("version 2 is there by half, and 10 would be built on it");
    assertThat(states()).containsEntry("10", "Pending");
  }
}
