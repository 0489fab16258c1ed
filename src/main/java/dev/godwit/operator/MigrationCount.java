package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationPhase;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The gauge `godwit_migrations`: how many migrations are in each phase.
public final class MigrationCount {

  private final Map<String, MigrationPhase> phases = new ConcurrentHashMap<>();

  public MigrationCount(MeterRegistry registry) {
    for (MigrationPhase phase : MigrationPhase.values()) {
      io.micrometer.core.instrument.Gauge.builder("godwit.migrations", () -> count(phase))
          .description("Migrations in a phase.")
          .tag("phase", phase.name())
          .register(registry);
    }
  }

  private long count(MigrationPhase phase) {
    return phases.values().stream().filter(phase::equals).count();
  }

  void set(String uid, MigrationPhase phase) {
    phases.put(uid, phase);
  }

  void forget(String uid) {
    phases.remove(uid);
  }
}
