package dev.godwit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clusters and people do to a running migration, each once.
class DisturbancesFaultIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String namespace = Stage.newNamespace();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Stage stage;
  private Operators operators;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : open.reversed()) {
      it.close();
    }
    Cluster.admin().namespaces().withName(namespace).delete();
  }

  private <T extends AutoCloseable> T closing(T it) {
    open.add(it);
    return it;
  }

  private void begin(ModelDatabase database) {
    stage = closing(Stage.in(namespace, database));
    operators = closing(Operators.undisturbed(namespace));
    stage.create();
  }

  /// A migration whose apply Job runs and goes on running.
  private Job applying() {
    begin(new ModelDatabase(true, true));
    await().atMost(PATIENCE).until(() -> stage.database().isLocked());
    awaitPhase(MigrationPhase.Applying);
    return stage.jobs("apply").getFirst();
  }

  private void awaitPhase(MigrationPhase phase) {
    await("phase " + phase)
        .atMost(PATIENCE)
        .until(stage::migration, it -> it.getStatus() != null && it.getStatus().phase() == phase);
  }

  private MongoMigration awaitReason(String reason) {
    return await(reason)
        .atMost(PATIENCE)
        .until(
            stage::migration,
            it ->
                it.getStatus() != null
                    && it.getStatus().conditions() != null
                    && it.getStatus().conditions().stream()
                        .anyMatch(condition -> reason.equals(condition.getReason())));
  }

  private void endsAs(Story story) throws InterruptedException {
    assertThat(Trial.play(stage, story, operators)).isEmpty();
  }

  private void killPod(Job job) {
    stage.database().stop(job);
    stage.database().release();
    stage.node().evict(job);
  }

  @Test
  void anEvictedPodOrALostNodeIsReplaced() throws InterruptedException {
    killPod(applying());
    endsAs(Story.Success);
  }

  @Test
  void anOutOfMemoryKillIsResumed() throws InterruptedException {
    Job apply = applying();
    stage.database().stop(apply);
    stage.database().release();
    stage.node().end(apply, new Runner.End(137, null));
    endsAs(Story.Success);
  }

  @Test
  void anApplyJobDeletedByHandIsTakenBack() {
    Job apply = applying();
    stage.admin().resource(apply).delete();
    awaitPhase(MigrationPhase.RolledBack);
    assertThat(stage.database().data()).isEqualTo(ModelDatabase.Data.Before);
    assertThat(stage.database().problems()).isEmpty();
  }

  @Test
  void aManifestDeletedMidRunIsGivenBack() throws InterruptedException {
    Job apply = applying();
    stage.admin().configMaps().inNamespace(namespace).withName(RunnerJob.manifest(apply)).delete();
    killPod(apply);
    endsAs(Story.Success);
  }

  @Test
  void aManifestIsGivenBackUnderTheNameThatThePodKnows() throws InterruptedException {
    Job apply = applying();
    stage.admin().configMaps().inNamespace(namespace).withName(RunnerJob.manifest(apply)).delete();
    stage
        .admin()
        .resource(stage.migration())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"job\":{\"labels\":{\"team\":\"shop\"}}}}");
    assertThat(stage.migration().getMetadata().getGeneration()).isEqualTo(2);
    killPod(apply);
    endsAs(Story.Success);
  }

  @Test
  void ofAnApplyJobThatWentWhileTheOperatorWasAwayTheHistoryTells() {
    Job apply = applying();
    operators.close();
    killPod(apply);
    await()
        .atMost(PATIENCE)
        .until(() -> stage.jobs("apply").getFirst().getStatus().getCompletionTime() != null);
    stage.admin().resource(apply).delete();
    await().atMost(PATIENCE).until(() -> stage.jobs("apply").isEmpty());
    operators = closing(Operators.undisturbed(namespace));
    awaitPhase(MigrationPhase.Succeeded);
    assertThat(stage.jobs("verdict")).hasSize(1);
    assertThat(stage.jobs("apply")).isEmpty();
    assertThat(stage.database().data()).isEqualTo(Story.Success.data());
    assertThat(stage.database().problems()).isEmpty();
  }

  @Test
  void aMissingSecretIsNamedAndTheMigrationGoesOnWhenItIsBack() throws InterruptedException {
    stage = closing(Stage.in(namespace, new ModelDatabase(true, false)));
    stage.node().demandSecrets();
    operators = closing(Operators.undisturbed(namespace));
    stage.create();
    assertThat(awaitReason("SecretMissing").getStatus().message()).contains("shop-mongodb", "uri");
    stage
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop-mongodb")
                .withNamespace(namespace)
                .endMetadata()
                .addToStringData("uri", "mongodb://none")
                .build())
        .create();
    endsAs(Story.Success);
  }

  @Test
  void anExhaustedQuotaIsNamedAndTheMigrationGoesOnWhenItIsLifted() throws InterruptedException {
    var quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("none")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withHard(Map.of("count/jobs.batch", new Quantity("0")))
            .endSpec()
            .build();
    Cluster.admin().resource(quota).create();
    begin(new ModelDatabase(true, false));
    assertThat(awaitReason("RefusedByCluster").getStatus().message()).contains("exceeded quota");
    Cluster.admin().resource(quota).delete();
    endsAs(Story.Success);
  }

  @Test
  void strippedOwnerReferencesChangeNothing() throws InterruptedException {
    Job apply = applying();
    String none = "{\"metadata\":{\"ownerReferences\":null}}";
    for (Job job : stage.jobs()) {
      stage.admin().resource(job).patch(PatchContext.of(PatchType.JSON_MERGE), none);
    }
    stage
        .manifests()
        .forEach(
            it -> stage.admin().resource(it).patch(PatchContext.of(PatchType.JSON_MERGE), none));
    killPod(apply);
    endsAs(Story.Success);
  }

  @ParameterizedTest
  @EnumSource(value = Story.class)
  void twoOperatorsAtOnceDoNothingTwice(Story story) throws InterruptedException {
    stage = closing(Stage.in(namespace, story.database()));
    operators = closing(Operators.undisturbed(namespace));
    closing(Operators.undisturbed(namespace));
    stage.create();
    endsAs(story);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1M", "PT-1M", "PT20M", "PT-20M"})
  void aClockSetApartChangesNothing(Duration apart) throws InterruptedException {
    stage = closing(Stage.in(namespace, new ModelDatabase(false, false)));
    operators =
        closing(
            Operators.with(namespace, Settings.DEFAULT, Clock.offset(Clock.systemUTC(), apart)));
    stage.create();
    endsAs(Story.FailedVerification);
  }

  @Test
  void watchesThatEndAgainAndAgainChangeNothing() throws InterruptedException {
    Job apply = applying();
    for (int i = 0; i < 5; i++) {
      operators.proxy().closeWatches();
      await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    }
    operators.proxy().holdWatches(Duration.ofSeconds(3));
    killPod(apply);
    endsAs(Story.Success);
  }

  @Test
  void anApiServerThatIsAwayForAWhileIsWaitedFor() throws InterruptedException {
    Job apply = applying();
    operators.proxy().setAway(true);
    killPod(apply);
    await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
    operators.proxy().setAway(false);
    endsAs(Story.Success);
  }

  @Test
  void anUpgradeInTheMiddleLetsTheOldJobFinish() throws InterruptedException {
    Job apply = applying();
    operators.close();
    operators =
        closing(
            Operators.with(
                namespace,
                new Settings(
                    "godwit/godwit:9.9.9",
                    Duration.ofMinutes(10),
                    Settings.DEFAULT.progressInterval()),
                Clock.systemUTC()));
    killPod(apply);
    endsAs(Story.Success);
    assertThat(stage.jobs("apply"))
        .singleElement()
        .satisfies(
            it ->
                assertThat(
                        it.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
                    .isEqualTo(Settings.DEFAULT.image()));
  }

  @Test
  void aDeletionDoesNotWaitForEverForAJobThatDoesNotStop() {
    Job apply = applying();
    operators.close();
    stage
        .admin()
        .resource(apply)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"finalizers\":[\"example.com/never\"]}}");
    operators =
        closing(
            Operators.with(
                namespace,
                new Settings(
                    Settings.DEFAULT.image(),
                    Duration.ofSeconds(5),
                    Settings.DEFAULT.progressInterval()),
                Clock.systemUTC()));
    stage.admin().resource(stage.migration()).delete();
    await().atMost(PATIENCE).until(() -> stage.migration() == null);
    assertThat(stage.events()).anyMatch(it -> it.getReason().equals("DeletionWaits"));
  }

  @Test
  void anOperatorThatWasAwayForWeeksMakesUpForOneBackup() throws InterruptedException {
    stage = closing(Stage.in(namespace, new ModelDatabase(true, false)));
    operators = closing(Operators.undisturbed(namespace));
    stage.admin().resource(Samples.schedule(namespace, "hourly")).create();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                stage
                    .admin()
                    .resources(MongoBackupSchedule.class)
                    .inNamespace(namespace)
                    .withName("hourly")
                    .get(),
            it -> it.getStatus() != null && it.getStatus().phase() != null);
    operators.close();
    operators =
        closing(
            Operators.with(
                namespace, Settings.DEFAULT, Clock.offset(Clock.systemUTC(), Duration.ofDays(23))));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                stage.backups().stream()
                    .anyMatch(it -> it.getStatus() != null && it.getStatus().size() != null));
    await().atMost(PATIENCE).until(operators::isQuiet);
    assertThat(stage.backups()).extracting(MongoBackup::getStatus).hasSize(1);
  }
}
