package dev.godwit.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.operator.RunnerConfig;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A cache is of use only where the flags are those of its training.
class ImageFlagsTest {

  @Test
  void theImageStartsTheOperatorAsItWasTrained() throws IOException {
    String cmd =
        Files.readAllLines(Path.of("deploy/image/Dockerfile")).stream()
            .filter(line -> line.startsWith("CMD "))
            .reduce((first, last) -> last)
            .orElseThrow();

    assertThat(new ObjectMapper().readValue(cmd.substring(4), String[].class))
        .containsExactlyElementsOf(Entrypoint.OPERATOR.arguments());
  }

  @Test
  void theChartStartsTheOperatorAsItWasTrained() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .readValues(Path.of("deploy/install.yaml").toFile())) {
      documents.forEachRemaining(objects::add);
    }
    JsonNode command =
        objects.stream()
            .filter(it -> "Deployment".equals(it.path("kind").asText()))
            .map(it -> it.at("/spec/template/spec/containers/0/command"))
            .findFirst()
            .orElseThrow();

    assertThat(command.valueStream().map(JsonNode::asText))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of("java"), Entrypoint.OPERATOR.arguments().stream()).toList());
  }

  @Test
  void jobsStartTheRunnerAsItWasTrained() throws NoSuchMethodException {
    String command =
        RunnerConfig.class.getMethod("command").getAnnotation(WithDefault.class).value();

    assertThat(command.split(","))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of("java"), Entrypoint.RUNNER.arguments().stream()).toList());
  }

  @Test
  void peopleStartTheRunnerAsItWasTrained() throws IOException {
    assertThat(Files.readAllLines(Path.of("deploy/image/cli")))
        .containsExactlyElementsOf(Entrypoint.RUNNER.arguments());
  }

  @Test
  void whatTheJvmSaysStaysOutOfTheProgress() {
    for (Entrypoint entrypoint : Entrypoint.values()) {
      assertThat(entrypoint.arguments(List.of()))
          .containsSequence("-Xlog:disable", "-Xlog:all=error:stderr");
    }
  }
}
