package dev.godwit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The manifests that the tree shows its readers: samples, files of the documentation, and YAML
/// blocks of its pages.
public final class Manifests {

  private static final YAMLMapper YAML = new YAMLMapper();

  /// A manifest.
  ///
  /// @param where the file, or page and line
  /// @param content what it says
  public record Manifest(String where, JsonNode content) {

    public String kind() {
      return content.path("kind").asText();
    }

    public String namespace() {
      return content.path("metadata").path("namespace").asText();
    }

    public boolean isGodwits() {
      return content.path("apiVersion").asText().startsWith("godwit.dev/");
    }

    @Override
    public String toString() {
      return where;
    }
  }

  private Manifests() {}

  /// Godwit's own kinds among all of them.
  public static List<Manifest> ofGodwit() throws IOException {
    return all().stream().filter(Manifest::isGodwits).toList();
  }

  /// All of them, pieces without a kind left out.
  public static List<Manifest> all() throws IOException {
    List<Manifest> all = new ArrayList<>();
    for (String folder : List.of("deploy/samples", "docs")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
          add(file.toString(), Files.readString(file), all);
        }
      }
    }
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks()) {
        if (block.language().equals("yaml")) {
          add("%s:%d".formatted(page.file(), block.line()), block.text(), all);
        }
      }
    }
    return all;
  }

  private static void add(String where, String yaml, List<Manifest> all) throws IOException {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.hasNonNull("kind") && document.hasNonNull("apiVersion")) {
          all.add(new Manifest(where, document));
        }
      }
    }
  }
}
