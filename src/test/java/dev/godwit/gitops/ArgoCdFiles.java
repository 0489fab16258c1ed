package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The files below `deploy/argocd` that are made of others: the tests of the scripts from the
/// recorded objects, and what is installed from the scripts.
final class ArgoCdFiles {

  static final Path CONFIG_MAP = Path.of("deploy/argocd/argocd-cm.yaml");
  static final Path VALUES = Path.of("deploy/argocd/values.yaml");

  private static final String GENERATED =
      "# Generated from resource_customizations/ by ArgoCdSyncTest; see docs/how-to/argo-cd.md.\n";
  private static final Pattern TIME = Pattern.compile("(?m)(?<=: )(\\d{4}-\\d\\d-\\d\\dT\\S+Z)$");
  private static final YAMLMapper YAML =
      new YAMLMapper()
          .configure(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, false)
          .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, true)
          .configure(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS, true)
          .configure(YAMLGenerator.Feature.SPLIT_LINES, false);

  /// What an action makes of a recorded object.
  ///
  /// @param action name of the action
  /// @param from name of the recording
  /// @param to name of the file with the result
  /// @param spec the fields of the spec that change
  record Act(String action, String from, String to, Map<String, Object> spec) {}

  static final List<Act> ACTS =
      List.of(
          new Act("retry", "refused", "refused-retried", Map.of("retry", 1)),
          new Act("retry", "rolled-back", "rolled-back-retried", Map.of("retry", 1)),
          new Act("retry", "rollback-failed", "rollback-failed-retried", Map.of("retry", 1)),
          new Act("rollback", "succeeded", "succeeded-rolled-back", rolledBack()),
          new Act("rollback", "changes-stay", "changes-stay-rolled-back", rolledBack()),
          new Act(
              "apply-again",
              "rolled-back-wanted",
              "rolled-back-wanted-applied-again",
              Map.of("desiredState", "Applied", "retry", 1)));

  private ArgoCdFiles() {}

  private static Map<String, Object> rolledBack() {
    return Map.of("desiredState", "RolledBack");
  }

  /// Path and content of each.
  static Map<Path, String> generate() {
    Map<Path, String> files = new TreeMap<>();
    for (Customization kind : Customization.all()) {
      files.put(kind.folder().resolve("health_test.yaml"), healthTest(kind));
    }
    Customization migration = Customization.of("MongoMigration");
    for (Act act : ACTS) {
      ObjectNode object = Recording.of("MongoMigration", act.from).object().deepCopy();
      ((ObjectNode) object.get("spec")).setAll((ObjectNode) YAML.valueToTree(act.spec));
      files.put(
          migration.actionsFolder().resolve("testdata").resolve(act.to + ".yaml"), yaml(object));
    }
    Map<String, String> keys = keys();
    files.put(CONFIG_MAP, configMap(keys));
    files.put(VALUES, GENERATED + "configs:\n  cm:\n" + entries(keys, 4));
    return files;
  }

  /// As `kubectl get -o yaml` writes it: times are strings.
  static String yaml(JsonNode object) {
    try {
      return TIME.matcher(YAML.writeValueAsString(object)).replaceAll("\"$1\"");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String healthTest(Customization kind) {
    StringBuilder text = new StringBuilder("tests:\n");
    for (Recording recording : Recording.ALL) {
      if (recording.kind().equals(kind.kind())) {
        text.append("- healthStatus:\n    status: ").append(recording.health());
        text.append("\n    message: ").append(quoted(message(recording)));
        text.append("\n  inputPath: testdata/").append(recording.name()).append(".yaml\n");
      }
    }
    return text.toString();
  }

  /// What a person wants to read: the operator's sentence once it speaks of this generation.
  private static String message(Recording recording) {
    JsonNode object = recording.object();
    boolean seen =
        object.at("/status/observedGeneration").equals(object.at("/metadata/generation"));
    return seen
        ? object.at("/status/message").asText()
        : "the operator has not seen this version of the resource yet";
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static Map<String, String> keys() {
    Map<String, String> keys = new TreeMap<>();
    for (Customization kind : Customization.all()) {
      String name = "godwit.dev_" + kind.kind();
      keys.put("resource.customizations.health." + name, kind.health());
      if (!kind.actions().isEmpty()) {
        keys.put("resource.customizations.actions." + name, actions(kind));
      }
    }
    return keys;
  }

  private static String actions(Customization kind) {
    StringBuilder text = new StringBuilder("discovery.lua: |\n");
    text.append(kind.discovery().indent(2)).append("definitions:\n");
    for (String action : kind.actions()) {
      text.append("- name: ").append(action).append("\n  action.lua: |\n");
      text.append(kind.action(action).indent(4));
    }
    return text.toString();
  }

  private static String configMap(Map<String, String> keys) {
    return GENERATED
        + "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\n  namespace: argocd\ndata:\n"
        + entries(keys, 2);
  }

  private static String entries(Map<String, String> keys, int indent) {
    StringBuilder text = new StringBuilder();
    keys.forEach(
        (key, value) -> {
          text.append(" ".repeat(indent)).append(key).append(": |\n");
          value.lines().forEach(line -> text.append(indented(line, indent + 2)).append('\n'));
        });
    return text.toString();
  }

  private static String indented(String line, int indent) {
    return line.isBlank() ? "" : " ".repeat(indent) + line;
  }
}
