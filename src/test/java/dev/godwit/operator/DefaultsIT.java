package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.Test;

/// What a migration leaves out is as the operator's configuration says; what ran stays as it was.
class DefaultsIT {

  private static final String NAME = "shop-004";

  private static final String DEFAULTS =
      """
      backup:
        storage: {persistentVolumeClaim: {claimName: house-backups, path: godwit}}
      batches: {size: 250, pause: 10ms}
      job:
        backoffLimit: 7
        labels: {team: data}
        imagePullSecrets: [{name: house-registry}]
      """;

  @Test
  void fillsInWhatAMigrationLeavesOut() throws Exception {
    try (Lab lab = new Lab(TestConfig.DEFAULT, DefaultsFile.of(DEFAULTS))) {
      lab.create(without(Samples.migration(lab.namespace, NAME, "004"), "backup"));
      lab.awaitPod("plan");
      Job plan = lab.jobs("plan").getFirst();
      assertThat(plan.getSpec().getBackoffLimit()).isEqualTo(7);
      assertThat(plan.getMetadata().getLabels()).containsEntry("team", "data");
      assertThat(plan.getSpec().getTemplate().getSpec().getImagePullSecrets())
          .extracting("name")
          .containsExactly("house-registry");
      assertThat(batches(lab, plan)).isEqualTo("{\"size\":250,\"pause\":\"10ms\"}");

      lab.ends("plan", Results.PLANNED);
      lab.awaitPod("backup");
      assertThat(lab.backups().getFirst().getSpec().storage().persistentVolumeClaim().claimName())
          .isEqualTo("house-backups");
      assertThat(claim(lab.jobs("backup").getFirst())).isEqualTo("house-backups");

      lab.ends("backup", Results.BACKED_UP);
      lab.awaitPhase(NAME, MigrationPhase.Applying);
      lab.ends("apply", Results.VERIFICATION_FAILED);
      lab.awaitPod("rollback");
      assertThat(claim(lab.jobs("rollback").getFirst())).isEqualTo("house-backups");
      lab.ends("rollback", Results.ROLLED_BACK);
      MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.RolledBack);
      assertThat(done.getSpec().backup()).as("the operator never writes spec").isNull();
      assertThat(done.getSpec().batches()).isNull();
    }
  }

  @Test
  void withoutAnyStorageSaysWhatToDo() throws Exception {
    try (Lab lab = new Lab()) {
      lab.create(without(Samples.migration(lab.namespace, NAME, "004"), "backup"));
      MongoMigration failed = lab.awaitPhase(NAME, MigrationPhase.Failed);
      assertThat(failed.getStatus().failure().reason()).isEqualTo("StorageMissing");
      assertThat(failed.getStatus().message())
          .contains("spec.backup.storage is missing", "defaults.backup.storage");
      assertThat(lab.jobs()).isEmpty();
    }
  }

  private static String batches(Lab lab, Job job) throws Exception {
    String manifest =
        lab.admin
            .configMaps()
            .inNamespace(lab.namespace)
            .withName(RunnerJob.manifest(job))
            .get()
            .getData()
            .values()
            .iterator()
            .next();
    return new ObjectMapper().readTree(manifest).at("/spec/batches").toString();
  }

  private static String claim(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .map(Volume::getPersistentVolumeClaim)
        .filter(it -> it != null)
        .map(it -> it.getClaimName())
        .findFirst()
        .orElse(null);
  }

  private static MongoMigration without(MongoMigration migration, String field) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode whole = json.valueToTree(migration);
    ((com.fasterxml.jackson.databind.node.ObjectNode) whole.get("spec")).remove(field);
    return json.treeToValue(whole, MongoMigration.class);
  }
}
