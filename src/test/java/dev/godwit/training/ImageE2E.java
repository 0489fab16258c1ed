package dev.godwit.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.testing.GodwitInCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image itself, as strictly confined as a restricted namespace does.
class ImageE2E {

  private static final String LABEL = "org.opencontainers.image.";

  private record Ended(int code, String out, String err) {}

  private static String image;
  @TempDir private Path folder;

  @BeforeAll
  static void build() {
    image = GodwitInCluster.image();
  }

  @Test
  void runsAsANumberAndNeedsNoShell() throws IOException, InterruptedException {
    JsonNode config = config();
    assertThat(config.path("User").asText()).isEqualTo("10001:10001");
    assertThat(config.path("Entrypoint"))
        .hasSize(1)
        .first()
        .extracting(JsonNode::asText)
        .isEqualTo("java");
    assertThat(texts(config.path("Cmd"))).isEqualTo(Entrypoint.OPERATOR.arguments());
  }

  @Test
  void saysWhatItIs() throws IOException, InterruptedException {
    JsonNode labels = config().path("Labels");
    assertThat(labels.path(LABEL + "title").asText()).isEqualTo("Godwit");
    assertThat(labels.path(LABEL + "licenses").asText()).isEqualTo("Apache-2.0");
    assertThat(labels.path(LABEL + "description").asText()).isNotEmpty();
    assertThat(labels.path(LABEL + "version").asText()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(labels.path(LABEL + "base.name").asText()).isNotEmpty();
    // Empty where the sources are no Git checkout.
    assertThat(labels.path(LABEL + "revision").asText()).matches("|[0-9a-f]{40}");
    String created = labels.path(LABEL + "created").asText();
    assertThat(created.isEmpty() || OffsetDateTime.parse(created).getYear() > 2020).isTrue();
  }

  @Test
  void theRunnerUsesItsCache() throws IOException, InterruptedException {
    Ended version = java(with(Entrypoint.RUNNER, "-XX:AOTMode=on"), "--version");

    assertThat(version.code()).as(version.err()).isZero();
    assertThat(version.out()).startsWith("godwit ");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void peopleNeedNotRepeatTheFlags() throws IOException, InterruptedException {
    Ended version = java(List.of("@/opt/godwit/cli"), "--version");

    assertThat(version.code()).as(version.err()).isZero();
    assertThat(version.out()).startsWith("godwit ");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void theRunnerUsesItsCacheWithoutTheOptimizingCompiler()
      throws IOException, InterruptedException {
    Ended version =
        java(with(Entrypoint.RUNNER, "-XX:AOTMode=on", "-XX:TieredStopAtLevel=1"), "--version");

    assertThat(version.code()).as(version.err()).isZero();
  }

  /// It has no API server here; that it gets as far as asking for one is enough.
  @Test
  void theOperatorUsesItsCache() throws IOException, InterruptedException {
    Ended operator = java(with(Entrypoint.OPERATOR, "-XX:AOTMode=on"));

    assertThat(operator.out()).contains("Registered reconciler: 'mongomigration'");
    assertThat(operator.err()).doesNotContain("AOT");
  }

  @Test
  void aCacheThatDoesNotFitOnlySlowsDown() throws IOException, InterruptedException {
    for (String cache : List.of("/nowhere", "/opt/godwit/operator.aot", "/etc/passwd")) {
      List<String> arguments = Entrypoint.RUNNER.arguments(List.of("-XX:AOTCache=" + cache));

      Ended version = java(arguments, "--version");

      assertThat(version.code()).as(cache + ": " + version.err()).isZero();
      assertThat(version.out().lines())
          .as(cache)
          .hasSize(1)
          .first()
          .asString()
          .startsWith("godwit ");
    }
  }

  @Test
  void theBillOfMaterialsNamesEachLibrary() throws IOException, InterruptedException {
    copy("/opt/godwit/sbom.cdx.json");
    copy("/opt/godwit/lib");
    JsonNode bom = new ObjectMapper().readTree(folder.resolve("sbom.cdx.json").toFile());
    Set<String> components =
        StreamSupport.stream(bom.path("components").spliterator(), false)
            .map(
                it ->
                    it.path("group").asText()
                        + "."
                        + it.path("name").asText()
                        + "-"
                        + it.path("version").asText())
            .collect(Collectors.toSet());

    assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    try (Stream<Path> files = Files.walk(folder.resolve("lib"))) {
      List<String> jars =
          files
              .map(it -> it.getFileName().toString())
              .filter(it -> it.endsWith(".jar"))
              .map(it -> it.substring(0, it.length() - 4))
              .toList();
      assertThat(jars).hasSizeGreaterThan(50);
      assertThat(jars)
          .allSatisfy(
              jar -> assertThat(components.stream().filter(jar::startsWith)).as(jar).isNotEmpty());
    }
  }

  private static List<String> with(Entrypoint entrypoint, String... flags) {
    List<String> arguments = new ArrayList<>(List.of(flags));
    arguments.addAll(entrypoint.arguments());
    return arguments;
  }

  private Ended java(List<String> arguments, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("docker", "run", "--rm", "--network", "none", "--read-only"));
    command.addAll(List.of("--tmpfs", "/tmp", "--cap-drop", "ALL"));
    command.addAll(List.of("--security-opt", "no-new-privileges", image));
    command.addAll(arguments);
    command.addAll(List.of(more));
    return run(command);
  }

  private JsonNode config() throws IOException, InterruptedException {
    Ended inspected = run(List.of("docker", "image", "inspect", image));
    return new ObjectMapper().readTree(inspected.out()).get(0).path("Config");
  }

  private void copy(String path) throws IOException, InterruptedException {
    String container = run(List.of("docker", "create", image)).out().strip();
    try {
      Ended copied = run(List.of("docker", "cp", container + ":" + path, folder.toString()));
      assertThat(copied.code()).as(copied.err()).isZero();
    } finally {
      run(List.of("docker", "rm", container));
    }
  }

  private Ended run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    int code =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ended(code, Files.readString(out), Files.readString(err));
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
