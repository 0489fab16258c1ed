package dev.godwit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The Helm chart, and what it renders.
public final class Chart {

  /// Its folder.
  public static final Path FOLDER = Path.of("helm/godwit");

  /// The release and the namespace of `deploy/install.yaml`.
  public static final String RELEASE = "godwit";

  public static final String NAMESPACE = "godwit-system";

  /// Helm's own idea of Kubernetes' version depends on how it was built.
  private static final String KUBERNETES = "1.34.0";

  private static final ObjectMapper YAML = new YAMLMapper();

  private Chart() {}

  /// The values files of `ci/`: one of each sensible kind.
  public static List<Path> valuesFiles() {
    Path folder = FOLDER.resolve("ci");
    return names(folder).stream().map(folder::resolve).toList();
  }

  /// What Helm says to `helm template` with these further arguments.
  public static Tool.Result template(String... arguments) {
    return templateWith("", arguments);
  }

  /// The same with values in YAML.
  public static Tool.Result templateWith(String values, String... arguments) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("template", RELEASE, FOLDER.toString()));
    all.addAll(List.of("--namespace", NAMESPACE, "--kube-version", KUBERNETES));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--values", "-"));
    return Tool.HELM.runWith(values, all.toArray(String[]::new));
  }

  /// What Helm says to `helm lint --strict`.
  public static Tool.Result lint(Path values) {
    return Tool.HELM.run(
        "lint",
        "--strict",
        FOLDER.toString(),
        "--kube-version",
        KUBERNETES,
        "--values",
        values.toString());
  }

  /// The objects that the chart renders.
  public static List<JsonNode> render(String... arguments) {
    return documents(template(arguments).outOrFail());
  }

  /// The documents of a YAML text.
  public static List<JsonNode> documents(String yaml) {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      List<JsonNode> found = new ArrayList<>();
      while (all.hasNext()) {
        JsonNode next = all.next();
        if (next.isObject()) {
          found.add(next);
        }
      }
      return found;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// A YAML list in a text.
  public static JsonNode list(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// Names of the files in a folder.
  public static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// A file of the chart as text.
  public static String file(String name) {
    try {
      return Files.readString(FOLDER.resolve(name));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// A YAML or JSON file of the chart.
  public static JsonNode yaml(String name) {
    return documents(file(name)).getFirst();
  }
}
