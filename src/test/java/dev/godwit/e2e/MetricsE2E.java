package dev.godwit.e2e;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Exposition;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.Kubectl;
import dev.godwit.testing.Monitoring;
import dev.godwit.testing.PromQl;
import dev.godwit.testing.Runbooks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The operator's metrics endpoint tells what happened in the cluster.
class MetricsE2E {

  private static final String STEPS =
      """
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: lower-case
        update:
          collection: users
          filter: '{ email: { $regex: "[A-Z]" } }'
          update: '[ { $set: { email: { $toLower: "$email" } } } ]'
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [email]}]}
      - name: roles
        insert: {collection: roles, documents: ['{ _id: "admin" }', '{ _id: "guest" }']}
      batches: {size: 100, pause: 300ms}
      """;
  private static final String TOO_MUCH =
      """
      steps:
      - name: seen
        update: {collection: users, update: '{ $set: { seen: true } }'}
      verify:
        checks:
        - {name: enough, count: {collection: users, min: 1000000}}
      """;
  private static final String BACKUP =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoBackup
      metadata: {name: by-hand, namespace: %s}
      spec:
        target: {secretRef: {name: %s}, database: %s}
        storage: {persistentVolumeClaim: {claimName: %s}}
      """;

  /// Named as the failed migration, which runbooks are followed for.
  private static final String SCHEDULE_AND_RESTORE =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoBackupSchedule
      metadata: {name: shop-002, namespace: %1$s}
      spec:
        schedule: "* * * * *"
        template:
          target: {secretRef: {name: %2$s}, database: %3$s}
          storage: {persistentVolumeClaim: {claimName: %4$s}}
        retention: {keepLast: 2}
        verifyEvery: 24h
      ---
      apiVersion: godwit.dev/v1alpha1
      kind: MongoRestore
      metadata: {name: shop-002, namespace: %1$s}
      spec:
        source: {backupRef: {name: by-hand}}
        target: {secretRef: {name: %2$s}, database: %3$s}
        safetyBackup: Never
      """;

  @RegisterExtension private final Story story = new Story();

  @Test
  void tellsWhatHappened() throws IOException {
    Seeds.users(story.database(), 5_000);
    String ns = story.namespace();
    long upper =
        story
            .database()
            .getCollection("users")
            .countDocuments(com.mongodb.client.model.Filters.regex("email", "[A-Z]"));

    story.apply(story.manifest("shop-001", "001", STEPS));
    story.awaitPhase("shop-001", Applying);
    Exposition running =
        Awaitility.await("the run's figures")
            .atMost(java.time.Duration.ofMinutes(1))
            .until(
                this::scrape,
                it ->
                    it.value("godwit_migration_documents_per_second", "namespace", ns)
                        .filter(rate -> rate > 0)
                        .isPresent());
    assertThat(running.value("godwit_migration_progress_ratio", "namespace", ns).orElseThrow())
        .isBetween(0.0, 1.0);
    assertThat(
            running
                .value("godwit_migration_last_progress_timestamp_seconds", "namespace", ns)
                .orElseThrow())
        .isCloseTo(Instant.now().getEpochSecond(), within(60.0));

    MongoMigrationStatus succeeded = story.awaitPhase("shop-001", Succeeded);
    Exposition after = scrapeWith("shop-001", "Succeeded");
    assertSucceeded(after, ns, succeeded, upper);
    assertBackup(after, ns, story.backups().getFirst(), "Migration");

    story.apply(story.manifest("shop-002", "002", TOO_MUCH));
    MongoMigrationStatus rolledBack = story.awaitPhase("shop-002", RolledBack);
    after = scrapeWith("shop-002", "RolledBack");
    assertRolledBack(after, ns, rolledBack, upper);

    story.apply(BACKUP.formatted(ns, Story.SECRET, story.database().getName(), Story.CLAIM));
    story.awaitThat("the backup", () -> byHand().getStatus().phase() == BackupPhase.Succeeded);
    Awaitility.await("the backup's series")
        .untilAsserted(() -> assertBackup(scrape(), ns, byHand(), "Manual"));

    for (String one :
        SCHEDULE_AND_RESTORE
            .formatted(ns, Story.SECRET, story.database().getName(), Story.CLAIM)
            .split("---\n")) {
      story.apply(one);
    }
    Awaitility.await("a verified backup of the schedule, and the restore")
        .atMost(java.time.Duration.ofMinutes(4))
        .untilAsserted(
            () -> {
              Exposition figures = scrape();
              assertThat(
                      figures.value(
                          "godwit_backup_verification_succeeded",
                          "namespace",
                          ns,
                          "name",
                          "shop-002"))
                  .contains(1.0);
              assertThat(
                      figures.value(
                          "godwit_restore_status_phase",
                          "namespace",
                          ns,
                          "name",
                          "shop-002",
                          "phase",
                          "Succeeded"))
                  .contains(1.0);
            });

    String text = scrapeText();
    Files.writeString(Path.of("target/metrics.txt"), text);
    assertMonitoringHasItsSeries(Exposition.parse(text));
    assertRunbooksCanBeFollowed("shop-002", "by-hand");

    story.resource("shop-002").delete();
    for (Class<? extends HasMetadata> kind :
        List.of(MongoBackupSchedule.class, MongoRestore.class)) {
      Cluster.admin().resources(kind).inNamespace(ns).withName("shop-002").delete();
    }
    story.backups().stream()
        .filter(it -> it.getMetadata().getName().matches("by-hand|shop-002-[0-9]{8}-[0-9]{4}"))
        .forEach(it -> Cluster.admin().resource(it).delete());
    Awaitility.await("the series go with their resources")
        .atMost(java.time.Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              Exposition now = scrape();
              assertThat(now.samples())
                  .noneMatch(it -> "shop-002".equals(it.labels().get("name")))
                  .noneMatch(it -> "by-hand".equals(it.labels().get("name")));
              assertThat(now.find("godwit_backup_size_bytes", "namespace", ns, "trigger", "Manual"))
                  .isEmpty();
              assertThat(now.find("godwit_migration_stalled", "namespace", ns)).hasSize(1);
            });
  }

  private static void assertSucceeded(
      Exposition served, String ns, MongoMigrationStatus status, long upper) {
    assertThat(served.value("godwit_leader")).contains(1.0);
    assertThat(served.value("godwit_build_info")).contains(1.0);
    assertThat(served.value("godwit_migrations", "phase", "Succeeded").orElseThrow()).isPositive();
    assertThat(served.value("godwit_documents_total", "namespace", ns, "activity", "Applied"))
        .as("changed e-mails and inserted roles: " + status.outcome())
        .contains(upper + 2.0);
    assertThat(served.value("godwit_documents_total", "namespace", ns, "activity", "BackedUp"))
        .contains(5_000.0);
    assertThat(ended(served, ns, "Succeeded")).contains(1.0);
    assertThat(served.sum("godwit_migration_duration_seconds_count", "namespace", ns)).isEqualTo(1);
    double took =
        Instant.parse(status.completionTime()).getEpochSecond()
            - Instant.parse(status.startTime()).getEpochSecond();
    assertThat(
            served
                .value(
                    "godwit_migration_duration_seconds_sum",
                    "namespace",
                    ns,
                    "outcome",
                    "Succeeded")
                .orElseThrow())
        .isCloseTo(took, within(2.0));
    assertThat(served.sum("godwit_rollbacks_total", "namespace", ns)).isZero();
    assertThat(served.sum("godwit_verification_failures_total", "namespace", ns)).isZero();
    assertThat(served.value("godwit_migration_stalled", "namespace", ns)).contains(0.0);
    assertThat(served.value("godwit_migration_progress_ratio", "namespace", ns)).contains(1.0);
    assertThat(served.find("godwit_migration_documents_per_second", "namespace", ns)).isEmpty();
    assertThat(served.find("godwit_migration_last_progress_timestamp_seconds", "namespace", ns))
        .isEmpty();
    assertThat(served.value("godwit_migration_phase_start_timestamp_seconds", "namespace", ns))
        .contains((double) Instant.parse(status.completionTime()).getEpochSecond());
  }

  private static void assertRolledBack(
      Exposition served, String ns, MongoMigrationStatus status, long upper) {
    assertThat(ended(served, ns, "RolledBack")).contains(1.0);
    assertThat(ended(served, ns, "Succeeded")).contains(1.0);
    assertThat(served.value("godwit_rollbacks_total", "namespace", ns, "outcome", "RolledBack"))
        .contains(1.0);
    assertThat(served.value("godwit_rollbacks_total", "namespace", ns, "outcome", "RollbackFailed"))
        .contains(0.0);
    assertThat(served.value("godwit_verification_failures_total", "namespace", ns)).contains(1.0);
    assertThat(served.value("godwit_documents_total", "namespace", ns, "activity", "Applied"))
        .contains(upper + 2.0 + 5_000);
    assertThat(served.value("godwit_documents_total", "namespace", ns, "activity", "RolledBack"))
        .as("put back: " + status.outcome())
        .contains(5_000.0);
    for (String gauge :
        new String[] {"godwit_migration_stalled", "godwit_migration_verification_failed"}) {
      assertThat(served.value(gauge, "namespace", ns, "name", "shop-002")).contains(1.0);
      assertThat(served.value(gauge, "namespace", ns, "name", "shop-001")).contains(0.0);
    }
    assertThat(
            served.value(
                "godwit_backup_duration_seconds_count", "namespace", ns, "outcome", "Succeeded"))
        .contains(2.0);
  }

  private static java.util.Optional<Double> ended(Exposition served, String ns, String outcome) {
    return served.value(
        "godwit_migration_duration_seconds_count", "namespace", ns, "outcome", outcome);
  }

  private void assertBackup(Exposition served, String ns, MongoBackup backup, String trigger) {
    MongoBackupStatus status = backup.getStatus();
    String[] labels = {
      "namespace",
      ns,
      "target",
      Story.SECRET,
      "database",
      story.database().getName(),
      "trigger",
      trigger
    };
    assertThat(served.value("godwit_backup_size_bytes", labels))
        .contains(Quantity.getAmountInBytes(new Quantity(status.size())).doubleValue());
    assertThat(served.value("godwit_backup_last_success_timestamp_seconds", labels))
        .contains((double) Instant.parse(status.completionTime()).getEpochSecond());
    assertThat(served.find("godwit_backup_last_failure_timestamp_seconds", labels)).isEmpty();
    assertThat(
            served.value(
                "godwit_backup_status_phase",
                "namespace",
                ns,
                "name",
                backup.getMetadata().getName(),
                "phase",
                "Succeeded"))
        .contains(1.0);
  }

  /// Series aside of what this story does not have: failures, and runs that are at work.
  private static void assertMonitoringHasItsSeries(Exposition served) {
    Set<String> names =
        served.samples().stream()
            .map(Exposition.Sample::name)
            .collect(java.util.stream.Collectors.toSet());
    for (String expression : Monitoring.expressions()) {
      for (String metric : PromQl.parse(expression).metrics()) {
        if (!metric.endsWith("_bytes_per_second")
            && !metric.equals("godwit_restore_progress_ratio")
            && !metric.equals("godwit_backup_last_failure_timestamp_seconds")
            && !metric.equals("godwit_migration_documents_per_second")
            && !metric.equals("godwit_migration_last_progress_timestamp_seconds")) {
          assertThat(names).as("served, as asked for by " + expression).contains(metric);
        }
      }
    }
  }

  /// Every command that looks works as it is written, once the alert's labels are filled in.
  private void assertRunbooksCanBeFollowed(String migration, String backup) {
    List<String> blocks = Runbooks.looks();
    assertThat(blocks).hasSizeGreaterThan(8);
    for (String block : blocks) {
      String script =
          block
              .replaceAll("\\bNS\\b", story.namespace())
              .replaceAll("\\bNAME\\b", migration)
              .replaceAll("\\bBACKUP\\b", backup)
              .replace("godwit-system", GodwitInCluster.NAMESPACE)
              .replaceAll("(?m)^.* --previous$", "");
      assertThat(Kubectl.script(script)).as(script).isNotBlank();
    }
  }

  private MongoBackup byHand() {
    return story.backups().stream()
        .filter(it -> it.getMetadata().getName().equals("by-hand"))
        .findFirst()
        .orElseThrow();
  }

  /// The informer may be a moment behind the API server.
  private Exposition scrapeWith(String name, String phase) {
    return Awaitility.await(name + " is " + phase + " at the endpoint")
        .until(
            this::scrape,
            it ->
                it.value(
                        "godwit_migration_status_phase",
                        "namespace",
                        story.namespace(),
                        "name",
                        name,
                        "phase",
                        phase)
                    .filter(value -> value == 1)
                    .isPresent());
  }

  private Exposition scrape() {
    return Exposition.parse(scrapeText());
  }

  private static String scrapeText() {
    Pod pod = GodwitInCluster.operatorPods().getFirst();
    return Cluster.admin()
        .raw(
            "/api/v1/namespaces/%s/pods/%s:8080/proxy/q/metrics"
                .formatted(GodwitInCluster.NAMESPACE, pod.getMetadata().getName()));
  }
}
