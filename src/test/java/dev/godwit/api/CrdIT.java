package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the API server makes of the CRDs: it takes what is right and refuses the rest by itself.
class CrdIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KubernetesClient ADMIN = Cluster.admin();
  private static String namespace;

  @BeforeAll
  static void install() {
    Install.once();
    namespace = Cluster.newNamespace();
  }

  @Test
  void takesAValidMigrationAndFillsInTheDefaults() {
    MongoMigration created = ADMIN.resource(Samples.migration(namespace, "valid", "004")).create();
    assertThat(created.getStatus().observedGeneration()).isEqualTo(-1);
    assertThat(created.getStatus().phase()).isNull();
    assertThat(created.getSpec().retry()).isZero();
    assertThat(created.getSpec().target().secretRef().key()).isEqualTo("uri");
    assertThat(created.getSpec().steps())
        .isEqualTo(Samples.migration(namespace, "valid", "004").getSpec().steps());
  }

  @Test
  void takesAValidBackupAndFillsInTheDefaults() {
    MongoBackup created = ADMIN.resource(Samples.backup(namespace, "valid")).create();
    assertThat(created.getStatus().observedGeneration()).isEqualTo(-1);
    assertThatThrownBy(
            () -> patch(MongoBackup.class, "valid", "{\"spec\":{\"compression\":{\"level\":9}}}"))
        .hasMessageContaining("a MongoBackup cannot change");
  }

  @Test
  void ofABackupOnlyItsEndCanChange() {
    ADMIN.resource(Samples.backup(namespace, "ends")).create();
    for (String spec : List.of("{\"ttl\":\"720h\"}", "{\"deletionPolicy\":\"Delete\"}")) {
      assertThatCode(() -> patch(MongoBackup.class, "ends", "{\"spec\":" + spec + "}"))
          .doesNotThrowAnyException();
    }
    for (String spec :
        List.of(
            "{\"target\":{\"database\":\"x\"}}",
            "{\"storage\":{\"persistentVolumeClaim\":{\"path\":\"x\"}}}",
            "{\"verification\":\"None\"}",
            "{\"job\":{\"backoffLimit\":1}}")) {
      assertThatThrownBy(() -> patch(MongoBackup.class, "ends", "{\"spec\":" + spec + "}"))
          .as(spec)
          .hasMessageContaining("a MongoBackup cannot change");
    }
  }

  @Test
  void ofARestoreOnlyWhatComesAfterItCanChange() {
    MongoRestore created =
        ADMIN.resource(Samples.restore(namespace, "fixed", "{backupRef: {name: b}}")).create();
    assertThat(created.getStatus().observedGeneration()).isEqualTo(-1);
    assertThat(created.getSpec().mode()).isEqualTo(RestoreMode.Swap);
    for (String spec :
        List.of(
            "{\"retry\":1}",
            "{\"job\":{\"backoffLimit\":1}}",
            "{\"keepReplacedFor\":\"24h\"}",
            "{\"keepReplacedFor\":\"0s\"}")) {
      assertThatCode(() -> patch(MongoRestore.class, "fixed", "{\"spec\":" + spec + "}"))
          .doesNotThrowAnyException();
    }
    for (String spec :
        List.of(
            "{\"source\":{\"backupRef\":{\"name\":\"c\"}}}",
            "{\"target\":{\"database\":\"x\"}}",
            "{\"collections\":[\"x\"]}",
            "{\"collections\":null}",
            "{\"renames\":[{\"from\":\"a\",\"to\":\"b\"}]}",
            "{\"into\":\"x\"}",
            "{\"mode\":\"Overwrite\"}",
            "{\"safetyBackup\":\"Never\"}",
            "{\"transform\":[{\"name\":\"a\",\"dropCollection\":{\"collection\":\"c\"}}]}")) {
      assertThatThrownBy(() -> patch(MongoRestore.class, "fixed", "{\"spec\":" + spec + "}"))
          .as(spec)
          .hasMessageContaining("only keepReplacedFor, retry and job can change");
    }
  }

  @Test
  void anOverwriteKeepsNothing() {
    MongoRestore restore = Samples.restore(namespace, "over", "{backupRef: {name: b}}");
    ObjectNode json = JSON.valueToTree(restore);
    json.withObject("/spec").put("mode", "Overwrite").put("keepReplacedFor", "24h");
    assertThatThrownBy(() -> ADMIN.resource(JSON.convertValue(json, MongoRestore.class)).create())
        .hasMessageContaining("mode Overwrite keeps nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{backupRef: {name: b}, latestBefore: {schedule: s, time: \"2026-01-01T00:00:00Z\"}}"
      })
  void aRestoreHasOneSource(String source) {
    assertThatThrownBy(() -> ADMIN.resource(Samples.restore(namespace, "two", source)).create())
        .hasMessageContaining("exactly one of backupRef, location, latestBefore");
  }

  @Test
  void takesAScheduleAndRefusesPeriodsThatAreNone() {
    ADMIN.resource(Samples.schedule(namespace, "hourly")).create();
    for (String spec :
        List.of(
            "{\"verifyEvery\":\"7d\"}",
            "{\"retention\":{\"keepDaily\":-1}}",
            "{\"retention\":{\"maxAge\":\"1y\"}}",
            "{\"timeZone\":\"Europe Berlin\"}")) {
      assertThatThrownBy(
              () -> patch(MongoBackupSchedule.class, "hourly", "{\"spec\":" + spec + "}"))
          .as(spec)
          .isInstanceOf(KubernetesClientException.class);
    }
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        bad(
            "two operations in a step",
            "steps: [{name: a, insert: {collection: c, documents: ['{}']}, createCollection:"
                + " {collection: c}}]",
            "a step has exactly one of"),
        bad("no operation in a step", "steps: [{name: a}]", "a step has exactly one of"),
        bad(
            "the same step twice",
            "steps: [{name: a, createCollection: {collection: c}}, {name: a, createCollection:"
                + " {collection: d}}]",
            "names of steps must be unique"),
        bad(
            "the same check twice",
            "verify: {checks: [{name: a, countUnchanged: {collection: c}}, {name: a,"
                + " countUnchanged: {collection: d}}]}",
            "names of checks must be unique"),
        bad(
            "two kinds in a check",
            "preconditions: [{name: a, countUnchanged: {collection: c}, count: {collection: c,"
                + " min: 1}}]",
            "a check has exactly one of"),
        bad("no steps", "steps: []", "spec.steps"),
        bad("an unbounded version", "version: '" + "9".repeat(65) + "'", "spec.version"),
        bad("a version with spaces", "version: '1 2'", "spec.version"),
        bad(
            "a restore without a backup",
            "backup: {policy: Never}\nrollback: {onFailure: Restore}",
            "Restore needs a backup"),
        bad("an unknown policy", "backup: {policy: Sometimes}", "spec.backup.policy"),
        bad("a batch that is too large", "batches: {size: 25001}", "spec.batches.size"),
        bad("a pause in days", "batches: {pause: 1d}", "spec.batches.pause"),
        bad("a negative retry", "retry: -1", "spec.retry"),
        bad(
            "a folder outside the volume",
            "backup: {storage: {persistentVolumeClaim: {claimName: a, path: ../b}}}",
            "path"),
        bad("a backup in no place", "backup: {storage: {}}", "either s3 or persistentVolumeClaim"),
        bad(
            "a backup in two places",
            "backup: {storage: {persistentVolumeClaim: {claimName: a}, s3: {bucket: abc}}}",
            "either s3 or persistentVolumeClaim"),
        bad(
            "an endpoint that is no URL",
            "backup: {storage: {s3: {bucket: abc, endpoint: 'http://$(A)'}}}",
            "endpoint"),
        bad(
            "a key of no key management",
            "backup: {storage: {s3: {bucket: abc, serverSideEncryption: {type: AES256, kmsKeyId:"
                + " k}}}}",
            "kmsKeyId is for type KMS"),
        bad(
            "a hash that is none",
            "approval: {required: true, planHash: yes-please}",
            "spec.approval.planHash"),
        bad(
            "the same dependency twice",
            "dependsOn: [{name: a}, {name: a}]",
            "names in dependsOn must be unique"),
        bad(
            "the same workload twice",
            "quiesce: [{kind: Deployment, name: a}, {kind: StatefulSet, name: a}, {kind: Deployment, name: a}]",
            "workloads in quiesce must be unique"),
        bad("a workload of another kind", "quiesce: [{kind: DaemonSet, name: a}]", "kind"),
        bad("a workload without a name", "quiesce: [{kind: Deployment}]", "spec.quiesce[0].name"),
        bad("a dependency without a name", "dependsOn: [{}]", "spec.dependsOn[0].name"),
        bad("an order that is none", "outOfOrder: Maybe", "spec.outOfOrder"),
        bad("a soak in days", "verify: {soak: {duration: 1d}}", "spec.verify.soak.duration"),
        bad("a soak without an end", "verify: {soak: {interval: 1s}}", "duration"),
        bad(
            "a database with a slash",
            "target: {secretRef: {name: a}, database: a/b}",
            "spec.target.database"));
  }

  private static Arguments bad(String what, String spec, String message) {
    return Arguments.of(what, spec, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void refuses(String what, String spec, String message) {
    assertThatThrownBy(() -> create("bad", spec))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnUnknownOperationUnderStrictValidation() {
    GenericKubernetesResource typo =
        with(
            "typo",
            "steps: [{name: a, dropDatabase: {name: c}, createCollection: {collection: c}}]");
    assertThatThrownBy(
            () ->
                ADMIN
                    .resource(typo)
                    .fieldValidation(
                        io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation.STRICT)
                    .create())
        .hasMessageContaining("unknown field")
        .hasMessageContaining("dropDatabase");
  }

  @Test
  void takesAsManyStepsAsItSays() {
    assertThatCode(() -> create("many", "steps: " + steps(64))).doesNotThrowAnyException();
    assertThatThrownBy(() -> create("more", "steps: " + steps(65)))
        .hasMessageContaining("spec.steps");
  }

  private static String steps(int number) {
    List<String> steps =
        IntStream.range(0, number)
            .mapToObj(i -> "{name: s%d, createCollection: {collection: c%d}}".formatted(i, i))
            .toList();
    return "[" + String.join(", ", steps) + "]";
  }

  @ParameterizedTest
  @EnumSource(MigrationPhase.class)
  void whatWasRunIsFixedByPhase(MigrationPhase phase) {
    String name = "fixed-" + phase.name().toLowerCase(java.util.Locale.ROOT);
    create(name, "description: x");
    ADMIN
        .resources(MongoMigration.class)
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"%s\"}}".formatted(phase));
    List<String> run =
        List.of(
            "{\"version\":\"5\"}",
            "{\"target\":{\"database\":\"other\"}}",
            "{\"steps\":[{\"name\":\"z\",\"createCollection\":{\"collection\":\"z\"}}]}",
            "{\"preconditions\":null}",
            "{\"verify\":{\"soak\":{\"duration\":\"5m\"}}}",
            "{\"verify\":null}",
            "{\"batches\":{\"size\":5}}",
            "{\"quiesce\":[{\"kind\":\"Deployment\",\"name\":\"a\"}]}",
            "{\"backup\":{\"policy\":\"Never\"}}");
    boolean free =
        phase == MigrationPhase.Pending
            || phase == MigrationPhase.Failed
            || phase == MigrationPhase.RolledBack;
    for (String spec : run) {
      if (free) {
        assertThatCode(() -> patchSpec(name, spec)).as(spec).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> patchSpec(name, spec))
            .as(spec)
            .hasMessageContaining("can change only while the phase is Pending");
      }
    }
    for (String spec :
        List.of(
            "{\"desiredState\":\"RolledBack\"}",
            "{\"desiredState\":\"Baselined\"}",
            "{\"suspend\":true}",
            "{\"approval\":{\"required\":true,\"planHash\":\"sha256:%s\"}}"
                .formatted("ab".repeat(32)),
            "{\"dependsOn\":[{\"name\":\"other\"}]}",
            "{\"outOfOrder\":\"Allow\"}",
            "{\"retry\":1}",
            "{\"rollback\":{\"onConflict\":\"Overwrite\"}}",
            "{\"job\":{\"backoffLimit\":1}}",
            "{\"description\":\"y\"}")) {
      assertThatCode(() -> patchSpec(name, spec)).as(spec).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mongomigrations.godwit.dev", "mongobackups.godwit.dev"})
  void showsTheColumnsInOrder(String crd) {
    List<String> columns =
        ADMIN
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(crd)
            .get()
            .getSpec()
            .getVersions()
            .getFirst()
            .getAdditionalPrinterColumns()
            .stream()
            .filter(column -> column.getPriority() == null || column.getPriority() == 0)
            .map(column -> column.getName())
            .toList();
    assertThat(columns)
        .isEqualTo(
            crd.startsWith("mongomigrations")
                ? List.of("Version", "Phase", "Reason", "Step", "Done", "Backup", "Age")
                : List.of("Phase", "Size", "Documents", "Age"));
  }

  private static void patchSpec(String name, String spec) {
    patch(MongoMigration.class, name, "{\"spec\":" + spec + "}");
  }

  private static void patch(
      Class<? extends io.fabric8.kubernetes.api.model.HasMetadata> type,
      String name,
      String patch) {
    ADMIN
        .resources(type)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void create(String name, String spec) {
    ADMIN.resource(with(name, spec)).create();
  }

  /// The sample with parts of its spec replaced.
  private static GenericKubernetesResource with(String name, String spec) {
    JsonNode whole = JSON.valueToTree(Samples.migration(namespace, name, "004"));
    JsonNode parts = JSON.valueToTree(Serialization.unmarshal(spec, Object.class));
    var target = (com.fasterxml.jackson.databind.node.ObjectNode) whole.get("spec");
    parts
        .properties()
        .forEach(
            part -> {
              if (part.getValue().isNull()) {
                target.remove(part.getKey());
              } else {
                target.set(part.getKey(), part.getValue());
              }
            });
    try {
      return JSON.treeToValue(whole, GenericKubernetesResource.class);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
