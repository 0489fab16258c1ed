package dev.godwit.bench;

import dev.godwit.training.MongoStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The runner as the image starts it, from the packaged jars and with an AOT cache trained as that
/// of the image, but outside of a container: `-XX:MaxRAM` says what a container's limit would.
final class PackagedRunner {

  private static final Path JAR =
      Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
  private static final Path ARGUMENTS = Path.of("deploy", "image", "cli");
  private static final String CACHE = "-XX:AOTCache=";

  private final Path folder = Workshop.folder("runner");
  private final String memory;

  /// @param memory limit of its container, as in `512m`
  PackagedRunner(String memory) {
    this.memory = memory;
  }

  /// Trains the cache with a backup and a restore, as the image does.
  void train() {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException("it is not packaged: ./mvnw package -DskipTests");
    }
    try (MongoStandIn server = new MongoStandIn()) {
      String storage =
          " --backup-dir %s --location trained -d training --uri %s"
              .formatted(Files.createTempDirectory(folder, "backups"), server.uri());
      Workshop.write(
          folder.resolve("training.txt"),
          ("backup" + storage + "\n\nrestore --overwrite --yes" + storage).replace(' ', '\n'));
      List<String> command = command("-XX:AOTCacheOutput=");
      command.addAll(List.of("job", "train", "training.txt"));
      new WholeProcess(command, folder, Map.of()).time();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The whole command.
  List<String> command(List<String> arguments) {
    List<String> command = command(CACHE);
    command.addAll(arguments);
    return command;
  }

  private List<String> command(String cache) {
    List<String> command = new ArrayList<>(List.of(Workshop.java(), "-XX:MaxRAM=" + memory));
    try {
      for (String argument : Files.readAllLines(ARGUMENTS)) {
        command.add(
            argument.startsWith(CACHE)
                ? cache + folder.resolve("runner.aot")
                : argument.endsWith("quarkus-run.jar") ? JAR.toString() : argument);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return command;
  }
}
