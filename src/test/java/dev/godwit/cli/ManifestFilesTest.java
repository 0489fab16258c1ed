package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.engine.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ManifestFilesTest {

  @TempDir private Path folder;

  @Command
  static final class Probe {
    @Mixin ManifestFiles files;
    @Mixin ConnectionOptions connection;
  }

  private final StringWriter err = new StringWriter();

  @Test
  void aFolderIsReadInTheOrderOfVersionsWithItsSubfolders() throws IOException {
    write("b/ten.yml", migration("10", "shop"));
    write("two.yaml", migration("2", "shop"));
    write("a/nine.json", "{\n\t\"apiVersion\": \"godwit.dev/v1alpha1\"," + json("9"));
    write("notes.txt", "not a manifest");

    assertThat(read()).extracting(MigrationFile::version).containsExactly("2", "9", "10");
  }

  @Test
  void documentsOfOtherToolsArePassedOverAndOwnKindsAreNamed() throws IOException {
    write(
        "all.yaml",
        migration("1", "shop")
            + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\n---\n"
            + "apiVersion: godwit.dev/v1alpha1\nkind: MongoBackup\nmetadata: {name: x}\n---\n"
            + migration("2", "shop"));

    assertThat(read())
        .extracting(MigrationFile::where)
        .containsExactly(
            folder.resolve("all.yaml") + " (document 1)",
            folder.resolve("all.yaml") + " (document 4)");
    assertThat(err.toString()).contains("document 3): MongoBackup is left to kubectl");
  }

  @Test
  void nothingThatLooksLikeAMigrationIsPassedOver() throws IOException {
    write("1.yaml", migration("1", "shop").replace("godwit.dev/v1alpha1", "godwit.io/v1"));
    write("2.yaml", "apiVersion: v1\nkind: List\nitems:\n- {kind: MongoMigration}\n");

    assertThatThrownBy(this::read)
        .hasMessageContaining("a MongoMigration has apiVersion: godwit.dev/v1alpha1")
        .hasMessageContaining("a List with migrations is not read");
  }

  @Test
  void kustomizesOwnFileIsLeftOut() throws IOException {
    write("kustomization.yaml", "resources: [1.yaml]\n");
    write("1.yaml", migration("1", "shop"));

    assertThat(read()).extracting(MigrationFile::version).containsExactly("1");
  }

  @Test
  void everyFileThatIsWrongIsNamedWithTheField() throws IOException {
    write("1.yaml", migration("1", "shop"));
    write(
        "2.yaml", migration("2", "shop").replace("collection: users", "collection: system.users"));
    write("3.yaml", migration("3", "shop").replace("filter:", "fliter:"));
    write("4.yaml", "apiVersion: godwit.dev/v1alpha1\nkind: MongoMigratoin\n");
    write("5.yaml", "spec: {}\n");
    write("6.yaml", "a: [1\n");
    write("7.yaml", migration("7", "shop") + "kind: MongoMigration\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(RunException.class)
        .satisfies(
            wrong ->
                assertThat(wrong.getMessage().lines().filter(line -> line.contains("" + folder)))
                    .hasSize(6))
        .hasMessageContaining("2.yaml: spec.steps[0].update.collection")
        .hasMessageContaining("3.yaml: spec.steps[0].update.fliter")
        .hasMessageContaining("4.yaml: 'MongoMigratoin' of 'godwit.dev/v1alpha1' is not known")
        .hasMessageContaining("5.yaml: apiVersion or kind is missing")
        .hasMessageContaining("6.yaml: neither YAML nor JSON")
        .hasMessageContaining("7.yaml: neither YAML nor JSON: Duplicate");
  }

  @Test
  void theSameVersionTwiceIsRefusedForOneDatabaseOnly() throws IOException {
    write("a.yaml", migration("4", "shop"));
    write("b.yaml", migration("04", "billing"));
    assertThat(read()).hasSize(2);

    write("c.yaml", migration("004", "shop"));
    assertThatThrownBy(this::read)
        .hasMessageContaining("a.yaml")
        .hasMessageContaining("c.yaml")
        .hasMessageContaining("'shop'");
  }

  @Test
  void theDatabaseIsTheOptionsOrTheManifestsOrTheConnectionStrings() throws IOException {
    write("1.yaml", migration("1", "shop"));
    write("2.yaml", migration("2", null));

    assertThat(databases()).containsExactly("shop", "fallback");
    assertThat(databases("-d", "other")).containsExactly("other", "other");
    assertThat(databases("--uri", "mongodb://localhost")).containsExactly("shop", null);
  }

  @Test
  void aConfigMapsVolumeShowsEachFileOnce() throws IOException {
    write("..2026_01/1.yaml", migration("1", "shop"));
    Files.createSymbolicLink(folder.resolve("..data"), folder.resolve("..2026_01"));
    Files.createSymbolicLink(folder.resolve("1.yaml"), Path.of("..data", "1.yaml"));

    assertThat(read()).hasSize(1);
  }

  @Test
  void nothingToReadIsAnError() throws IOException {
    assertThatThrownBy(this::read).hasMessageContaining("no MongoMigration");
    assertThatThrownBy(() -> parse("-f", folder.resolve("none").toString()))
        .hasMessageContaining("does not exist");
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private List<MigrationFile> read() {
    return parse("-f", folder.toString());
  }

  private List<String> databases(String... more) {
    return parse(
            Stream.concat(Stream.of("-f", folder.toString()), Stream.of(more))
                .toArray(String[]::new))
        .stream()
        .map(file -> file.database().orElse(null))
        .toList();
  }

  private List<MigrationFile> parse(String... args) {
    Probe probe = new Probe();
    List<String> all = new ArrayList<>(List.of(args));
    if (!all.contains("--uri")) {
      all.addAll(List.of("--uri", "mongodb://localhost/fallback"));
    }
    new CommandLine(probe).setErr(new PrintWriter(err)).parseArgs(all.toArray(String[]::new));
    return probe.files.read(probe.connection);
  }

  private static String migration(String version, String database) {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoMigration
    metadata: {name: m, namespace: shop}
    spec:
      version: "%s"
      target: {secretRef: {name: nobody-reads-it}%s}
      steps:
      - name: step
        update: {collection: users, filter: '{}', update: '{$set: {a: 1}}'}
    """
        .formatted(version, database == null ? "" : ", database: " + database);
  }

  private static String json(String version) {
    return """
     "kind": "MongoMigration", "metadata": {"name": "m"},
     "spec": {"version": "%s", "target": {"secretRef": {"name": "x"}},
       "steps": [{"name": "s", "createCollection": {"collection": "c"}}]}}
    """
        .formatted(version);
  }
}
