package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What Argo CD is told of one kind: a folder in the form of Argo CD's own
/// `resource_customizations`.
///
/// @param kind the kind, of group godwit.dev
public record Customization(String kind) {

  public static final Path ROOT = Path.of("deploy/argocd/resource_customizations/godwit.dev");
  private static final YAMLMapper YAML = new YAMLMapper();

  /// The customization of a kind.
  public static Customization of(String kind) {
    return new Customization(kind);
  }

  /// All of them.
  public static List<Customization> all() {
    return names(ROOT).map(Customization::new).toList();
  }

  public Path folder() {
    return ROOT.resolve(kind);
  }

  public Path actionsFolder() {
    return folder().resolve("actions");
  }

  public String health() {
    return text(folder().resolve("health.lua"));
  }

  /// The names of the actions; none when the kind has none.
  public List<String> actions() {
    return Files.isDirectory(actionsFolder())
        ? names(actionsFolder())
            .filter(name -> Files.exists(actionsFolder().resolve(name).resolve("action.lua")))
            .toList()
        : List.of();
  }

  public String discovery() {
    return text(actionsFolder().resolve("discovery.lua"));
  }

  public String action(String name) {
    return text(actionsFolder().resolve(name).resolve("action.lua"));
  }

  /// The file of a recorded object.
  public Path recorded(String name) {
    return folder().resolve("testdata").resolve(name + ".yaml");
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(text(file));
    } catch (IOException wrong) {
      throw new UncheckedIOException(file.toString(), wrong);
    }
  }

  /// Names of what is in a folder, sorted.
  static Stream<String> names(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList().stream();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
