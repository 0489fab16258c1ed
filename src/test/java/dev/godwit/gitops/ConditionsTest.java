package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The rules find what they are for.
class ConditionsTest {

  @Test
  void findsConditionsWithoutAnObservedGeneration() {
    assertThat(problems(ready -> ready.remove("observedGeneration"))).contains("another observed");
  }

  @Test
  void findsReasonsThatAreSentences() {
    assertThat(problems(ready -> ready.put("reason", "did not work"))).contains("has the reason");
  }

  @Test
  void findsConditionsWithoutATime() {
    assertThat(problems(ready -> ready.remove("lastTransitionTime"))).contains("no lastTrans");
  }

  @Test
  void findsReconcilingThatIsFalse() {
    assertThat(problems(ready -> ready.put("type", "Reconciling").put("status", "False")))
        .contains("Reconciling is there although", "Ready is missing");
  }

  @Test
  void findsReconcilingBesideStalled() {
    JsonNode object = Recording.of("MongoMigration", "refused").object();
    ArrayNode conditions = (ArrayNode) object.at("/status/conditions");
    ObjectNode reconciling = conditions.get(1).deepCopy();
    conditions.add(reconciling.put("type", "Reconciling"));
    assertThat(Conditions.problems(object)).containsOnly("Reconciling and Stalled are both there");
    assertThat(Kstatus.of(object)).as("the first counts").isEqualTo(Kstatus.Failed);
  }

  @Test
  void nothingAtAllIsCurrentForKstatus() {
    ObjectNode object = Recording.of("MongoMigration", "planning").object().deepCopy();
    object.remove("status");
    assertThat(Kstatus.of(object)).isEqualTo(Kstatus.Current);
  }

  @Test
  void whatIsBeingDeletedIsTerminating() {
    JsonNode object = Recording.of("MongoMigration", "succeeded").object();
    ((ObjectNode) object.get("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z");
    assertThat(Kstatus.of(object)).isEqualTo(Kstatus.Terminating);
  }

  private static String problems(Consumer<ObjectNode> change) {
    JsonNode object = Recording.of("MongoMigration", "succeeded").object();
    change.accept((ObjectNode) object.at("/status/conditions/0"));
    return String.join(", ", Conditions.problems(object));
  }
}
