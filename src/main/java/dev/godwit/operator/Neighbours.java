package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.core.Dependency;
import dev.godwit.core.Neighbour;
import dev.godwit.core.TargetRun;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The migrations and restores of a target, and the events that wake the migrations that wait for
/// another run. They are read from the same informers that wake, so that who is woken sees what it
/// was woken for.
final class Neighbours {

  private static final String NAME = "neighbours";
  private static final String TARGET = "target";
  private static final String NEEDS = "needs";

  private final InformerEventSource<MongoMigration, MongoMigration> source;
  private final InformerEventSource<MongoRestore, MongoMigration> restores;

  Neighbours(EventSourceContext<MongoMigration> context) {
    source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(MongoMigration.class, MongoMigration.class)
                .withName(NAME)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(this::waiting)
                .withOnUpdateFilter(Neighbours::matters)
                .build(),
            context);
    source.addIndexers(
        Map.of(
            TARGET,
            migration -> List.of(Targets.key(migration)),
            NEEDS,
            migration ->
                migration.getSpec().dependsOnOrEmpty().stream()
                    .map(needed -> key(migration, needed))
                    .toList()));
    Sources.startFirst(source);
    restores =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(MongoRestore.class, MongoMigration.class)
                .withName("restores")
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(this::concerned)
                .withOnUpdateFilter((now, before) -> Targets.phase(now) != Targets.phase(before))
                .build(),
            context);
    restores.addIndexers(Map.of(TARGET, restore -> List.of(Targets.key(restore))));
  }

  List<EventSource<?, MongoMigration>> sources() {
    return List.of(source, restores);
  }

  /// The restores of the same target.
  List<TargetRun> restores(MongoMigration migration) {
    return restores.byIndex(TARGET, Targets.key(migration)).stream().map(Targets::run).toList();
  }

  private Set<ResourceID> concerned(MongoRestore changed) {
    return source.byIndex(TARGET, Targets.key(changed)).stream()
        .filter(Neighbours::isWaiting)
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /// The other migrations of the same target.
  List<Neighbour> of(MongoMigration migration) {
    return others(migration).map(Neighbours::view).toList();
  }

  /// The migrations to which `dependsOn` leads, each once.
  List<Dependency> dependencies(MongoMigration migration) {
    Map<String, Dependency> found = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(migration.getSpec().dependsOnOrEmpty());
    while (!open.isEmpty()) {
      String name = open.removeFirst();
      if (found.containsKey(name)) {
        continue;
      }
      source
          .get(new ResourceID(name, migration.getMetadata().getNamespace()))
          .ifPresent(
              needed -> {
                List<String> next = needed.getSpec().dependsOnOrEmpty();
                found.put(name, new Dependency(name, phase(needed), next));
                open.addAll(next);
              });
    }
    return List.copyOf(found.values());
  }

  private static String key(MongoMigration migration, String name) {
    return migration.getMetadata().getNamespace() + "/" + name;
  }

  private Stream<MongoMigration> others(MongoMigration migration) {
    return source.byIndex(TARGET, Targets.key(migration)).stream()
        .filter(other -> !name(other).equals(name(migration)));
  }

  private Set<ResourceID> waiting(MongoMigration changed) {
    return Stream.concat(
            others(changed), source.byIndex(NEEDS, key(changed, name(changed))).stream())
        .filter(other -> isWaiting(other))
        .map(other -> new ResourceID(name(other), other.getMetadata().getNamespace()))
        .collect(Collectors.toSet());
  }

  /// Pending, or terminal but wanted otherwise.
  private static boolean isWaiting(MongoMigration migration) {
    MigrationPhase phase = phase(migration);
    return phase == null
        || phase == MigrationPhase.Pending
        || phase == MigrationPhase.Planning
        || phase == MigrationPhase.BackingUp
        || phase == MigrationPhase.Succeeded;
  }

  private static boolean matters(MongoMigration now, MongoMigration before) {
    return phase(now) != phase(before)
        || now.getSpec().desiredStateOrDefault() != before.getSpec().desiredStateOrDefault()
        || !Objects.equals(now.getSpec().version(), before.getSpec().version())
        || !now.getSpec().dependsOnOrEmpty().equals(before.getSpec().dependsOnOrEmpty())
        || !Targets.key(now).equals(Targets.key(before));
  }

  private static Neighbour view(MongoMigration migration) {
    return new Neighbour(
        name(migration),
        migration.getSpec().version(),
        Instant.parse(migration.getMetadata().getCreationTimestamp()),
        phase(migration),
        migration.getSpec().desiredStateOrDefault());
  }

  private static MigrationPhase phase(MongoMigration migration) {
    return migration.getStatus() == null ? null : migration.getStatus().phase();
  }

  private static String name(MongoMigration migration) {
    return migration.getMetadata().getName();
  }
}
