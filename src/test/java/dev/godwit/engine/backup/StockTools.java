package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// mongodump and mongorestore as they come from MongoDB.
final class StockTools {

  private StockTools() {}

  static void dump(Path archive, CompressionType type, String... arguments)
      throws IOException, InterruptedException {
    run("GODWIT_LAB_MONGODUMP", archive, type, arguments);
  }

  static void restore(Path archive, CompressionType type, String... arguments)
      throws IOException, InterruptedException {
    run("GODWIT_LAB_MONGORESTORE", archive, type, arguments);
  }

  private static void run(String variable, Path archive, CompressionType type, String... arguments)
      throws IOException, InterruptedException {
    String tool = System.getenv(variable);
    assumeTrue(tool != null, "%s does not name the tool".formatted(variable));
    List<String> command =
        new ArrayList<>(List.of(tool, "--uri=" + MongoServer.uri(), "--archive=" + archive));
    if (type == CompressionType.Gzip) {
      command.add("--gzip");
    }
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
