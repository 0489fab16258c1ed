package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.core.BackupTally;
import dev.godwit.core.BackupView;
import dev.godwit.core.JobView;
import dev.godwit.core.MigrationTally;
import dev.godwit.core.MigrationView;
import dev.godwit.core.RestoreTally;
import dev.godwit.core.RestoreView;
import dev.godwit.core.Transition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The figures of this operator: what happened is counted when it is decided, what is is read when
/// Prometheus asks.
public final class GodwitMetrics {

  private final Resources resources = new Resources();
  private final Memory memory = new Memory(resources::uids);
  private final Counters counters;

  /// @param scrapes what Prometheus reads
  /// @param version of Godwit
  public GodwitMetrics(
      MeterRegistry registry, CollectorRegistry scrapes, Leadership leadership, String version) {
    counters = new Counters(registry, resources::namespaces);
    scrapes.register(new ResourceCollector(leadership, resources, memory));
    Gauge.builder("godwit.build.info", () -> 1)
        .description("Always 1; the labels say what runs.")
        .tag("version", version)
        .tag("java", Runtime.version().toString())
        .register(registry);
    Gauge.builder("godwit.leader", () -> leadership.isLeading() ? 1 : 0)
        .description("1 while this operator is the one that works, 0 while it stands by.")
        .register(registry);
  }

  /// @param migrations the cache of the migrations' reconciler
  public void ofMigrations(Supplier<Stream<MongoMigration>> migrations) {
    resources.migrations(migrations);
  }

  /// @param backups the cache of the backups' reconciler
  public void ofBackups(Supplier<Stream<MongoBackup>> backups) {
    resources.backups(backups);
  }

  /// @param restores the cache of the restores' reconciler
  public void ofRestores(Supplier<Stream<MongoRestore>> restores) {
    resources.restores(restores);
  }

  /// @param schedules the cache of the schedules' reconciler
  public void ofSchedules(Supplier<Stream<MongoBackupSchedule>> schedules) {
    resources.schedules(schedules);
  }

  /// Counts what happened to a migration between the view's status and `after`, which may not be
  /// written yet; telling the same again counts nothing.
  public void tell(MigrationView view, MongoMigrationStatus after) {
    String uid = view.id().uid();
    memory.look(
        uid,
        after.phase(),
        after.progress(),
        view.jobs().stream().anyMatch(GodwitMetrics::runs),
        view.now());
    count(uid, view.id().namespace(), MigrationTally.of(view, after), view.now());
  }

  /// The same for a backup.
  public void tell(MongoBackup backup, BackupView view, MongoBackupStatus after) {
    memory.look(
        view.uid(),
        after.phase(),
        after.progress(),
        view.job().filter(GodwitMetrics::runs).isPresent(),
        view.now());
    count(view.uid(), backup.getMetadata().getNamespace(), BackupTally.of(view, after), view.now());
  }

  /// The same for a restore.
  public void tell(MongoRestore restore, RestoreView view, MongoRestoreStatus after) {
    memory.look(
        view.uid(),
        after.phase(),
        after.progress(),
        view.jobs().stream().anyMatch(GodwitMetrics::runs),
        view.now());
    count(
        view.uid(), restore.getMetadata().getNamespace(), RestoreTally.of(view, after), view.now());
  }

  private static boolean runs(JobView job) {
    return !job.isEnded() && job.running();
  }

  private void count(String uid, String namespace, Transition transition, Instant now) {
    counters.know(namespace, now);
    if (!transition.tallies().isEmpty() && memory.isFirst(uid, transition)) {
      transition.tallies().forEach(tally -> counters.count(namespace, tally));
    }
  }
}
