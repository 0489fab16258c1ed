package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The actions on recorded objects, run as Argo CD's own tests run theirs.
class ArgoCdActionsTest {

  private static final Customization MIGRATION = Customization.of("MongoMigration");
  private static final JsonNode FILE =
      Customization.yaml(MIGRATION.actionsFolder().resolve("action_test.yaml"));

  static final List<Recording> RECORDINGS =
      Recording.ALL.stream().filter(it -> it.kind().equals("MongoMigration")).toList();
  static final List<ArgoCdFiles.Act> ACTS = ArgoCdFiles.ACTS;

  static Stream<JsonNode> discoveryTests() {
    return stream(FILE.path("discoveryTests"));
  }

  static Stream<JsonNode> actionTests() {
    return stream(FILE.path("actionTests"));
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    List<JsonNode> items = new ArrayList<>();
    list.forEach(items::add);
    return items.stream();
  }

  @ParameterizedTest
  @MethodSource("discoveryTests")
  void offersWhatMakesSense(JsonNode test) {
    JsonNode found = Lua.run(MIGRATION.discovery(), read(test, "inputPath"));

    Map<String, JsonNode> expected = new HashMap<>();
    for (JsonNode action : test.path("result")) {
      ObjectNode rest = action.deepCopy();
      rest.remove("name");
      expected.put(action.path("name").asText(), rest);
    }
    Map<String, JsonNode> actual = new HashMap<>();
    found.properties().forEach(action -> actual.put(action.getKey(), action.getValue()));
    assertThat(actual).isEqualTo(expected).containsOnlyKeys(MIGRATION.actions());
  }

  @ParameterizedTest
  @MethodSource("actionTests")
  void changesWhatItSays(JsonNode test) {
    JsonNode object = read(test, "inputPath");
    assertThat(Lua.run(MIGRATION.action(test.path("action").asText()), object))
        .isEqualTo(read(test, "expectedOutputPath"));
  }

  @ParameterizedTest
  @MethodSource("actionTests")
  void isOfferedWhereItIsTested(JsonNode test) {
    JsonNode found = Lua.run(MIGRATION.discovery(), read(test, "inputPath"));
    assertThat(found.path(test.path("action").asText()).path("disabled").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void isTestedOnEveryRecording(Recording recording) {
    assertThat(discoveryTests().map(test -> test.path("inputPath").asText()))
        .containsOnlyOnce("../testdata/" + recording.name() + ".yaml");
  }

  @ParameterizedTest
  @FieldSource("ACTS")
  void everyActIsTested(ArgoCdFiles.Act act) {
    assertThat(actionTests())
        .anySatisfy(
            test -> {
              assertThat(test.path("action").asText()).isEqualTo(act.action());
              assertThat(test.path("inputPath").asText())
                  .isEqualTo("../testdata/" + act.from() + ".yaml");
              assertThat(test.path("expectedOutputPath").asText())
                  .isEqualTo("testdata/" + act.to() + ".yaml");
            });
  }

  @Test
  void everyActionIsTested() {
    assertThat(actionTests().map(test -> test.path("action").asText()).distinct())
        .containsExactlyInAnyOrderElementsOf(MIGRATION.actions());
  }

  /// Argo CD may show an object before the operator has seen it.
  @Test
  void offersNothingWithoutAStatus() {
    ObjectNode object = Recording.of("MongoMigration", "new").object().deepCopy();
    object.remove("status");
    assertThat(Lua.run(MIGRATION.discovery(), object))
        .allSatisfy(action -> assertThat(action.path("disabled").asBoolean()).isTrue());
  }

  private static JsonNode read(JsonNode test, String path) {
    return Customization.yaml(MIGRATION.actionsFolder().resolve(test.path(path).asText()));
  }
}
