package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.SpecHash;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.testing.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Object> values() {
    return Stream.of(
        Samples.migration("shop", "a", "1").getSpec(),
        Samples.backup("shop", "a").getSpec(),
        Samples.restore("shop", "a", "{backupRef: {name: b}}").getSpec(),
        new RunResult(
            Verdict.Restored,
            "shop",
            null,
            null,
            null,
            null,
            List.of("b"),
            null,
            null,
            new RestoreSummary(5, 1, 1, List.of("004")),
            null),
        new RunProgress(
            1, RunProgress.Activity.Applying, "a", 1, 3, 10L, 20L, 16, 5L, 2L, "runs a"),
        new RunResult(
            Verdict.Planned,
            "shop",
            1,
            "sha256:ab",
            new PlanSummary(List.of("a"), List.of(), 5, true, "sha256:cd"),
            List.of(new StepOutcome("a", 1L, 2L, 3L, 4L, List.of("{\"_id\":1}"))),
            List.of("b"),
            true,
            new BackupSummary("x", 1, 2, 3, 4, Consistency.None, "a standalone", true, "8.0", "ef"),
            new Failure("Why", "a", "what to do")));
  }

  @ParameterizedTest
  @MethodSource("values")
  void comesBackAsItWas(Object value) throws JsonProcessingException {
    String json = JSON.writeValueAsString(value);
    assertThat(JSON.readValue(json, value.getClass())).isEqualTo(value);
    assertThat(json).doesNotContain("null");
  }

  @ParameterizedTest
  @MethodSource("values")
  void takesFieldsOfLaterVersions(Object value) throws JsonProcessingException {
    String json = JSON.writeValueAsString(value).replaceFirst("\\{", "{\"later\":[1],");
    assertThat(JSON.readValue(json, value.getClass())).isEqualTo(value);
  }

  @Test
  void whatIsRunHashesTheSameWithAndWithoutDefaults() {
    MongoMigration sample = Samples.migration("shop", "a", "1");
    String withDefaults =
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: a, namespace: shop}
        spec:
          version: "1"
          desiredState: Applied
          retry: 0
          target: {secretRef: {name: s, key: uri}}
          backup: {policy: Always, storage: {persistentVolumeClaim: {claimName: b}}}
          rollback: {onFailure: Steps}
          steps: [{name: a, createCollection: {collection: c}}]
        """;
    String without =
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: a, namespace: shop}
        spec:
          version: "1"
          description: something
          target: {secretRef: {name: s}}
          backup: {storage: {persistentVolumeClaim: {claimName: b}}}
          preconditions: []
          steps: [{name: a, createCollection: {collection: c}}]
        """;
    assertThat(SpecHash.of(Samples.parse(withDefaults).getSpec()))
        .isEqualTo(SpecHash.of(Samples.parse(without).getSpec()))
        .isNotEqualTo(SpecHash.of(sample.getSpec()))
        .hasSize(64);
  }

  @Test
  void whatIsRunHashesDifferentlyWhenItDiffers() {
    MongoMigrationSpec spec = Samples.migration("shop", "a", "1").getSpec();
    ObjectNode json = JSON.valueToTree(spec);
    json.putObject("batches").put("size", 10).put("parallelism", 2);
    MongoMigrationSpec batched = JSON.convertValue(json, MongoMigrationSpec.class);
    assertThat(SpecHash.of(batched)).isNotEqualTo(SpecHash.of(spec));
  }
}
