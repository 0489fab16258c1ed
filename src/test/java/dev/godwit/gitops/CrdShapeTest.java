package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What in a CRD would make a GitOps tool see differences for ever. Lists are compared as a whole,
/// so a default inside a list item is a difference that no sync takes away.
class CrdShapeTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Path> crds() {
    Path folder = Path.of("crds");
    return Customization.names(folder).map(folder::resolve);
  }

  @ParameterizedTest
  @MethodSource("crds")
  void noListItemHasDefaults(Path crd) {
    assertThat(schemas(crd)).isNotEmpty();
    schemas(crd)
        .forEach(schema -> assertThat(defaultsInLists(schema, "", false)).as("%s", crd).isEmpty());
  }

  /// The API server drops them, so they would be missing for ever.
  @ParameterizedTest
  @MethodSource("crds")
  void noListIsEmpty(Path crd) {
    assertThat(emptyLists(Customization.yaml(crd), "")).isEmpty();
  }

  /// A keyed list merges the steps of two appliers into a migration that nobody wrote.
  @ParameterizedTest
  @MethodSource("crds")
  void onlyConditionsAreAKeyedList(Path crd) {
    schemas(crd)
        .forEach(
            schema -> assertThat(keyedLists(schema, "")).containsExactly(".status.conditions"));
  }

  /// kubectl, Helm and Argo CD read YAML 1.1, where some words are booleans, as keys too: a field
  /// `on` would arrive as `true`.
  @ParameterizedTest
  @MethodSource("crds")
  void noWordIsTakenForABoolean(Path crd) {
    List<String> words = new ArrayList<>();
    schemas(crd).forEach(schema -> words(schema, words));
    assertThat(words)
        .hasSizeGreaterThan(20)
        .noneMatch(word -> word.matches("(?i)y|n|yes|no|on|off|true|false|null|~"));
  }

  private static void words(JsonNode schema, List<String> words) {
    schema.path("properties").fieldNames().forEachRemaining(words::add);
    schema.path("enum").forEach(value -> words.add(value.asText()));
    schema.path("properties").forEach(property -> words(property, words));
    if (schema.has("items")) {
      words(schema.path("items"), words);
    }
  }

  /// Otherwise a new object without conditions is Current for kstatus.
  @ParameterizedTest
  @MethodSource("crds")
  void aNewObjectIsNotYetObserved(Path crd) {
    schemas(crd)
        .forEach(
            schema ->
                assertThat(schema.at("/properties/status/default/observedGeneration").asInt())
                    .isEqualTo(-1));
  }

  @Test
  void findsDefaultsInLists() throws Exception {
    String schema =
        """
        {"properties": {
          "one": {"default": 1},
          "list": {"items": {"properties": {"two": {"properties": {"three": {"default": 3}}}}}}}}
        """;
    assertThat(defaultsInLists(JSON.readTree(schema), "", false))
        .containsExactly(".list[].two.three");
  }

  private static List<JsonNode> schemas(Path crd) {
    List<JsonNode> schemas = new ArrayList<>();
    Customization.yaml(crd)
        .at("/spec/versions")
        .forEach(version -> schemas.add(version.at("/schema/openAPIV3Schema")));
    return schemas;
  }

  private static List<String> defaultsInLists(JsonNode schema, String path, boolean inList) {
    List<String> found = new ArrayList<>();
    if (inList && schema.has("default")) {
      found.add(path);
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                found.addAll(
                    defaultsInLists(property.getValue(), path + "." + property.getKey(), inList)));
    if (schema.has("items")) {
      found.addAll(defaultsInLists(schema.get("items"), path + "[]", true));
    }
    if (schema.path("additionalProperties").isObject()) {
      found.addAll(defaultsInLists(schema.get("additionalProperties"), path + ".*", inList));
    }
    return found;
  }

  private static List<String> keyedLists(JsonNode schema, String path) {
    List<String> found = new ArrayList<>();
    String type = schema.path("x-kubernetes-list-type").asText("atomic");
    if (!type.equals("atomic")) {
      found.add(path);
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                found.addAll(keyedLists(property.getValue(), path + "." + property.getKey())));
    if (schema.has("items")) {
      found.addAll(keyedLists(schema.get("items"), path + "[]"));
    }
    return found;
  }

  private static List<String> emptyLists(JsonNode node, String path) {
    List<String> found = new ArrayList<>();
    if (node.isArray() && node.isEmpty()) {
      found.add(path);
    }
    node.properties()
        .forEach(field -> found.addAll(emptyLists(field.getValue(), path + "." + field.getKey())));
    if (node.isArray()) {
      node.forEach(item -> found.addAll(emptyLists(item, path + "[]")));
    }
    return found;
  }
}
