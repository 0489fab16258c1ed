package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What keeps a pod from starting is named within a minute. Scheduler and kubelet are real here.
class ObstaclesIT {

  private static final String NAME = "shop-004";

  private final Lab lab =
      new Lab(new TestConfig("godwit-no-such-image.invalid/none:1", Duration.ofMinutes(10)));

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aMissingSecret() {
    create();
    MongoMigration waiting = awaitReason("SecretMissing");
    assertThat(waiting.getStatus().message()).contains("shop-mongodb", lab.namespace, "uri");
    assertThat(lab.events("SecretMissing")).hasSize(1);
  }

  @Test
  void aMissingKey() {
    secret("other");
    create();
    assertThat(awaitReason("SecretKeyMissing").getStatus().message())
        .contains("shop-mongodb", "uri");
  }

  @Test
  void aMissingImage() {
    secret("uri");
    create();
    assertThat(awaitReason("ImageMissing").getStatus().message())
        .contains("godwit-no-such-image", "GODWIT_RUNNER_IMAGE");
  }

  @Test
  void anExceededQuota() {
    lab.admin
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("none")
                .withNamespace(lab.namespace)
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("pods", new Quantity("0")))
                .endSpec()
                .build())
        .create();
    create();
    assertThat(awaitReason("QuotaExceeded").getStatus().message()).contains("exceeded quota");
  }

  @Test
  void jobsThatMayNotBeCreated() {
    lab.admin
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("none")
                .withNamespace(lab.namespace)
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("count/jobs.batch", new Quantity("0")))
                .endSpec()
                .build())
        .create();
    create();
    assertThat(awaitReason("RefusedByCluster").getStatus().message()).contains("exceeded quota");
  }

  @Test
  void aMissingVolumeOfABackup() {
    secret("uri");
    lab.admin.resource(Samples.backup(lab.namespace, "nightly")).create();
    MongoBackupStatus waiting =
        await("VolumeMissing")
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> lab.backups().getFirst().getStatus(),
                it -> it != null && saysReason(it.conditions(), "VolumeMissing"));
    assertThat(waiting.message()).contains("PersistentVolumeClaim", lab.namespace);
  }

  private void create() {
    lab.admin.resource(Samples.migration(lab.namespace, NAME, "004")).create();
  }

  private void secret(String key) {
    lab.admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop-mongodb")
                .withNamespace(lab.namespace)
                .endMetadata()
                .addToStringData(key, "mongodb://none")
                .build())
        .create();
  }

  private MongoMigration awaitReason(String reason) {
    return await(reason)
        .atMost(Duration.ofMinutes(1))
        .until(() -> lab.get(NAME), it -> saysReason(it.getStatus().conditions(), reason));
  }

  private static boolean saysReason(List<Condition> conditions, String reason) {
    return conditions != null
        && conditions.stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Reconciling")
                        && condition.getReason().equals(reason));
  }
}
