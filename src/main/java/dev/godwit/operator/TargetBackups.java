package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.stream.Stream;

/// The backups of a migration's target, whoever took them. The API server is asked, so that no
/// cache holds every backup for a migration's sake.
final class TargetBackups {

  private TargetBackups() {}

  static Stream<MongoBackup> of(KubernetesClient client, MongoMigration migration) {
    String target = Targets.key(migration);
    return client
        .resources(MongoBackup.class)
        .inNamespace(migration.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(backup -> Targets.key(backup).equals(target));
  }
}
