package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `kubectl wait --for=condition=Ready`, as people and pipelines use it, for each kind.
class KubectlWaitIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab = new Lab();

  @BeforeEach
  void needsKubectl() {
    Kubectl.assumeThere();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aMigration() {
    create(Samples.migration(lab.namespace, "a", "1"), "/job", "{}");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.APPLIED);
    awaitReady("mongomigration/a");
    assertThat(Kubectl.run("--namespace", lab.namespace, "get", "mm").ok())
        .containsPattern("PHASE +REASON")
        .containsPattern("a +1 +Succeeded +Succeeded +3/3");
  }

  @Test
  void aBackup() {
    create(Samples.backup(lab.namespace, "a"), "/job", "{}");
    lab.ends("backup", Results.BACKED_UP);
    awaitReady("mongobackup/a");
  }

  @Test
  void aRestore() {
    create(
        Samples.restore(
            lab.namespace,
            "a",
            "{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}"),
        "/job",
        "{\"safetyBackup\": \"Never\"}");
    lab.ends("restore", Results.RESTORED);
    awaitReady("mongorestore/a");
  }

  @Test
  void aSchedule() {
    create(Samples.schedule(lab.namespace, "a"), "/template/job", "{\"schedule\": \"0 0 1 1 *\"}");
    awaitReady("mongobackupschedule/a");
  }

  /// With Jobs whose pods no node takes.
  ///
  /// @param job where the settings of Jobs are in the spec
  private <T extends HasMetadata> void create(T resource, String job, String spec) {
    ObjectNode json = JSON.valueToTree(resource);
    ObjectNode in = (ObjectNode) json.get("spec");
    in.withObject(job).withObject("/nodeSelector").put("godwit.dev/nowhere", "true");
    try {
      in.setAll((ObjectNode) JSON.readTree(spec));
      lab.admin.resource(JSON.treeToValue(json, resource.getClass())).create();
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private void awaitReady(String what) {
    assertThat(
            Kubectl.run(
                    "--namespace",
                    lab.namespace,
                    "wait",
                    "--for=condition=Ready",
                    what,
                    "--timeout=40s")
                .ok())
        .contains("condition met");
  }
}
