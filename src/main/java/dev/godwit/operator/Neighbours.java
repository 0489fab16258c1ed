package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MigrationTarget;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.Neighbour;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// The migrations of a target, and the event that wakes those that wait for another. They are read
/// from the same informer that wakes, so that who is woken sees what it was woken for.
final class Neighbours {

  private static final String NAME = "neighbours";
  private static final String TARGET = "target";

  private final InformerEventSource<MongoMigration, MongoMigration> source;

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
    source.addIndexers(Map.of(TARGET, migration -> List.of(target(migration))));
  }

  InformerEventSource<MongoMigration, MongoMigration> source() {
    return source;
  }

  /// The other migrations of the same target.
  List<Neighbour> of(MongoMigration migration) {
    return others(migration).map(Neighbours::view).toList();
  }

  private java.util.stream.Stream<MongoMigration> others(MongoMigration migration) {
    return source.byIndex(TARGET, target(migration)).stream()
        .filter(other -> !name(other).equals(name(migration)));
  }

  private Set<ResourceID> waiting(MongoMigration changed) {
    return others(changed)
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
        || !target(now).equals(target(before));
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

  private static String target(MongoMigration migration) {
    MigrationTarget target = migration.getSpec().target();
    return String.join(
        "\n",
        migration.getMetadata().getNamespace(),
        target.secretRef().name(),
        target.secretRef().keyOrDefault(),
        target.database() == null ? "" : target.database());
  }
}
