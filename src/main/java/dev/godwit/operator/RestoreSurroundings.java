package dev.godwit.operator;

import dev.godwit.api.v1alpha1.LatestBefore;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestoreSource;
import dev.godwit.core.KnownBackup;
import dev.godwit.core.TargetRun;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a restore has to do with: backups to restore and of its own, and who else works on the
/// database. Read from the same informers that wake the restores which wait for them.
final class RestoreSurroundings {

  private static final String TARGET = "target";
  private static final String OWNER = "owner";
  private static final String SCHEDULE = HasMetadata.getKind(MongoBackupSchedule.class);

  private final InformerEventSource<MongoRestore, MongoRestore> restores;
  private final InformerEventSource<MongoMigration, MongoRestore> migrations;
  private final InformerEventSource<MongoBackup, MongoRestore> backups;

  RestoreSurroundings(EventSourceContext<MongoRestore> context) {
    restores =
        source(
            MongoRestore.class,
            "other-restores",
            changed -> waiting(Targets.key(changed), changed),
            (now, before) -> Targets.phase(now) != Targets.phase(before),
            context);
    restores.addIndexers(Map.of(TARGET, restore -> List.of(Targets.key(restore))));
    Sources.startFirst(restores);
    migrations =
        source(
            MongoMigration.class,
            "migrations",
            changed -> waiting(Targets.key(changed), null),
            (now, before) -> Targets.phase(now) != Targets.phase(before),
            context);
    migrations.addIndexers(Map.of(TARGET, migration -> List.of(Targets.key(migration))));
    backups = source(MongoBackup.class, "backups", this::concerned, (now, before) -> true, context);
    backups.addIndexers(Map.of(OWNER, RestoreSurroundings::owner));
  }

  private static <R extends HasMetadata> InformerEventSource<R, MongoRestore> source(
      Class<R> type,
      String name,
      SecondaryToPrimaryMapper<R> mapper,
      OnUpdateFilter<R> matters,
      EventSourceContext<MongoRestore> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, MongoRestore.class)
            .withName(name)
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(mapper)
            .withOnUpdateFilter(matters)
            .build(),
        context);
  }

  List<EventSource<?, MongoRestore>> sources() {
    return List.of(restores, migrations, backups);
  }

  /// The backups that the restore's source speaks of.
  List<KnownBackup> candidates(MongoRestore restore) {
    RestoreSource source = restore.getSpec().source();
    String namespace = restore.getMetadata().getNamespace();
    if (source.backupRef() != null) {
      return backups.get(new ResourceID(source.backupRef().name(), namespace)).stream()
          .map(KnownBackups::of)
          .toList();
    }
    LatestBefore before = source.latestBefore();
    return before == null ? List.of() : owned(namespace, SCHEDULE, before.schedule()).toList();
  }

  /// The backups that the restore took itself.
  List<KnownBackup> taken(MongoRestore restore) {
    return backups
        .byIndex(OWNER, key(restore.getMetadata().getNamespace(), restore.getKind(), name(restore)))
        .stream()
        .filter(backup -> Marks.isOwnedBy(backup, restore))
        .map(KnownBackups::of)
        .toList();
  }

  /// The migrations and the other restores of the same database.
  List<TargetRun> others(MongoRestore restore) {
    String target = Targets.key(restore);
    return Stream.concat(
            migrations.byIndex(TARGET, target).stream().map(Targets::run),
            restores.byIndex(TARGET, target).stream()
                .filter(other -> !name(other).equals(name(restore)))
                .map(Targets::run))
        .toList();
  }

  private Stream<KnownBackup> owned(String namespace, String kind, String name) {
    return backups.byIndex(OWNER, key(namespace, kind, name)).stream().map(KnownBackups::of);
  }

  private Set<ResourceID> waiting(String target, MongoRestore changed) {
    return restores.byIndex(TARGET, target).stream()
        .filter(restore -> !Targets.phase(restore).isTerminal())
        .filter(restore -> changed == null || !name(restore).equals(name(changed)))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /// The restore that took a backup, and those that wait for it.
  private Set<ResourceID> concerned(MongoBackup backup) {
    if (Marks.isOfKind(backup, MongoRestore.class)) {
      return Marks.owner(backup);
    }
    return restores
        .list(
            backup.getMetadata().getNamespace(),
            restore ->
                restore.getSpec().source().backupRef() != null
                    && restore.getSpec().source().backupRef().name().equals(name(backup))
                    && !Targets.phase(restore).isTerminal())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static List<String> owner(MongoBackup backup) {
    Map<String, String> labels = backup.getMetadata().getLabels();
    String kind = labels == null ? null : labels.get(Marks.OWNER_KIND);
    String name = Marks.ownerName(backup);
    return kind == null || name == null
        ? List.of()
        : List.of(key(backup.getMetadata().getNamespace(), kind, name));
  }

  private static String key(String namespace, String kind, String name) {
    return String.join("\n", namespace, kind, name);
  }

  private static String name(HasMetadata resource) {
    return resource.getMetadata().getName();
  }
}
