package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.core.Tally;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Counters and timers. Those of a namespace are there, at zero, as soon as a resource of it is
/// known: `rate` and `increase` cannot see a series begin. They go some time after the last
/// resource.
final class Counters {

  /// Longer than any scrape interval, and than people look back at a namespace that is gone.
  private static final Duration KEEP = Duration.ofHours(1);

  private static final String NAMESPACE = "namespace";
  private static final String OUTCOME = "outcome";

  private final MeterRegistry registry;
  private final Supplier<Set<String>> present;
  private final Map<String, Instant> seen = new ConcurrentHashMap<>();

  /// @param present the namespaces that have resources
  Counters(MeterRegistry registry, Supplier<Set<String>> present) {
    this.registry = registry;
    this.present = present;
  }

  /// Notes that a namespace has a resource.
  void know(String namespace, Instant now) {
    if (seen.put(namespace, now) == null) {
      forget(now);
      begin(namespace);
    }
  }

  void count(String namespace, Tally tally) {
    switch (tally) {
      case Tally.MigrationEnded end -> migrations(namespace, end.outcome()).record(end.took());
      case Tally.RollbackEnded end -> rollbacks(namespace, end.outcome()).increment();
      case Tally.VerificationFailed _ -> verificationFailures(namespace).increment();
      case Tally.BackupEnded end -> backups(namespace, end.outcome()).record(end.took());
      case Tally.RestoreEnded end -> restores(namespace, end.outcome()).record(end.took());
      case Tally.Documents done -> documents(namespace, done.activity()).increment(done.number());
    }
  }

  private void begin(String namespace) {
    for (MigrationPhase phase : MigrationPhase.values()) {
      if (phase.isTerminal()) {
        migrations(namespace, phase);
      }
    }
    rollbacks(namespace, MigrationPhase.RolledBack);
    rollbacks(namespace, MigrationPhase.RollbackFailed);
    verificationFailures(namespace);
    backups(namespace, BackupPhase.Succeeded);
    backups(namespace, BackupPhase.Failed);
    restores(namespace, RestorePhase.Succeeded);
    restores(namespace, RestorePhase.Failed);
    for (Tally.Activity activity : Tally.Activity.values()) {
      documents(namespace, activity);
    }
  }

  private void forget(Instant now) {
    Set<String> present = this.present.get();
    seen.forEach(
        (namespace, when) -> {
          if (!present.contains(namespace) && when.plus(KEEP).isBefore(now)) {
            seen.remove(namespace);
            registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("godwit."))
                .filter(id -> namespace.equals(id.getTag(NAMESPACE)))
                .forEach(registry::remove);
          }
        });
  }

  private Timer migrations(String namespace, MigrationPhase outcome) {
    return Timer.builder("godwit.migration.duration")
        .description("How long migrations took from Pending, or from their last end, to an end.")
        .tag(NAMESPACE, namespace)
        .tag(OUTCOME, outcome.name())
        .register(registry);
  }

  private Timer backups(String namespace, BackupPhase outcome) {
    return Timer.builder("godwit.backup.duration")
        .description("How long backups took from the start of their Job to an end.")
        .tag(NAMESPACE, namespace)
        .tag(OUTCOME, outcome.name())
        .register(registry);
  }

  private Timer restores(String namespace, RestorePhase outcome) {
    return Timer.builder("godwit.restore.duration")
        .description("How long restores took from their safety backup or Job to an end.")
        .tag(NAMESPACE, namespace)
        .tag(OUTCOME, outcome.name())
        .register(registry);
  }

  private Counter rollbacks(String namespace, MigrationPhase outcome) {
    return Counter.builder("godwit.rollbacks")
        .description("Rollbacks that ended.")
        .tag(NAMESPACE, namespace)
        .tag(OUTCOME, outcome.name())
        .register(registry);
  }

  private Counter verificationFailures(String namespace) {
    return Counter.builder("godwit.verification.failures")
        .description("Runs whose checks did not hold.")
        .tag(NAMESPACE, namespace)
        .register(registry);
  }

  private Counter documents(String namespace, Tally.Activity activity) {
    return Counter.builder("godwit.documents")
        .description(
            "Documents that finished runs inserted or changed, put back, backed up, or restored.")
        .tag(NAMESPACE, namespace)
        .tag("activity", activity.name())
        .register(registry);
  }
}
