package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person at a terminal sees: bars, colours, questions. The terminal is util-linux's
/// `script`.
class TerminalMongoIT {

  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir private Path manifests;
  @TempDir private Path outputs;

  private final MongoDatabase database = MongoServer.newDatabase();
  private Folder folder;

  @BeforeEach
  void seed() {
    assumeThat(SCRIPT).as("needs the command script for a terminal").exists();
    folder = new Folder(manifests, database.getName());
    database
        .getCollection("users")
        .insertMany(IntStream.range(0, 20).mapToObj(i -> new Document("_id", i)).toList());
    folder.write("1", Folder.setsField("a"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void aBarShowsTheStepAndNoJson() throws Exception {
    folder.write("1", "batches: {size: 2, pause: 50ms}\n" + Folder.setsField("a"));

    String screen = onTerminal("", "up", "-f", manifests.toString(), "--no-backup");

    assertThat(screen)
        .contains("applies 1/1 set-a", "20/20", "1: applied (set-a: 20 changed)")
        .doesNotContain("{\"godwit\"");
  }

  @Test
  void coloursAreShownUnlessNoColorIsSet() throws Exception {
    assertThat(onTerminal("", "status", "-f", manifests.toString())).contains("\u001b[33mpending");
    assertThat(run("", List.of("NO_COLOR=1"), "status", "-f", manifests.toString()))
        .contains("pending")
        .doesNotContain("\u001b[33m");
  }

  @Test
  void downAsksFirst() throws Exception {
    folder.run("up", "--no-backup");

    String no = onTerminal("n\n", "down", "-f", manifests.toString(), "--all");
    assertThat(no).contains("Go on? [y/N]", "Nothing was done.");
    assertThat(database.getCollection("users").countDocuments(new Document("a", 1))).isEqualTo(20);

    String yes = onTerminal("y\n", "down", "-f", manifests.toString(), "--all");
    assertThat(yes).contains("1: taken back");
    assertThat(database.getCollection("users").countDocuments(new Document("a", 1))).isZero();
  }

  private String onTerminal(String typed, String... args) throws Exception {
    return run(typed, List.of(), args);
  }

  private String run(String typed, List<String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(environment);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Godwit.class.getName()));
    command.addAll(List.of(args));
    command.addAll(List.of(folder.connection()));
    Path arguments = Files.write(outputs.resolve("command"), quoted(command));
    Process process =
        new ProcessBuilder(
                SCRIPT.toString(),
                "-qec",
                "/bin/sh " + arguments,
                outputs.resolve("log").toString())
            .redirectErrorStream(true)
            .redirectOutput(outputs.resolve("screen").toFile())
            .start();
    try (OutputStream keyboard = process.getOutputStream()) {
      keyboard.write(typed.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    }
    return Files.readString(outputs.resolve("screen"));
  }

  private static List<String> quoted(List<String> command) {
    return List.of(
        "exec env " + String.join(" ", command.stream().map(word -> "'" + word + "'").toList()));
  }
}
