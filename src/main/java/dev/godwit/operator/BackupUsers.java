package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.core.BackupUse;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Who needs which backup.
///
/// @param <P> whose reconciler asks
final class BackupUsers<P extends HasMetadata> {

  private static final String BACKUP = "backup";

  private final InformerEventSource<MongoMigration, P> migrations;
  private final InformerEventSource<MongoRestore, P> restores;

  /// @param wakes whom a change of the use of a backup wakes
  BackupUsers(
      EventSourceContext<P> context,
      Class<P> primary,
      Function<ResourceID, Set<ResourceID>> wakes) {
    migrations =
        source(MongoMigration.class, "using-migrations", BackupUse::by, primary, wakes, context);
    restores = source(MongoRestore.class, "using-restores", BackupUse::by, primary, wakes, context);
  }

  private static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> source(
      Class<R> type,
      String name,
      Function<R, Set<String>> use,
      Class<P> primary,
      Function<ResourceID, Set<ResourceID>> wakes,
      EventSourceContext<P> context) {
    InformerEventSource<R, P> source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(type, primary)
                .withName(name)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(
                    user ->
                        use.apply(user).stream()
                            .map(used -> new ResourceID(used, namespace(user)))
                            .flatMap(used -> wakes.apply(used).stream())
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter((now, before) -> !use.apply(now).equals(use.apply(before)))
                .build(),
            context);
    source.addIndexers(
        Map.of(
            BACKUP,
            user -> use.apply(user).stream().map(used -> key(namespace(user), used)).toList()));
    return source;
  }

  List<EventSource<?, P>> sources() {
    return List.of(migrations, restores);
  }

  /// What needs a backup, for people.
  List<String> of(String namespace, String backup) {
    List<String> users = new ArrayList<>();
    String key = key(namespace, backup);
    migrations
        .byIndex(BACKUP, key)
        .forEach(user -> users.add("MongoMigration " + user.getMetadata().getName()));
    restores
        .byIndex(BACKUP, key)
        .forEach(user -> users.add("MongoRestore " + user.getMetadata().getName()));
    return users;
  }

  private static String key(String namespace, String backup) {
    return namespace + "\n" + backup;
  }

  private static String namespace(HasMetadata resource) {
    return resource.getMetadata().getNamespace();
  }
}
