package dev.godwit.testing;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import io.fabric8.kubernetes.client.utils.Serialization;

/// Manifests for tests.
public final class Samples {

  private Samples() {}

  /// A valid migration of the database `shop` in three steps, with backup and verification.
  public static MongoMigration migration(String namespace, String name, String version) {
    return parse(MIGRATION.formatted(name, namespace, version));
  }

  /// A migration from YAML.
  public static MongoMigration parse(String yaml) {
    return Serialization.unmarshal(yaml, MongoMigration.class);
  }

  /// A valid backup of the database `shop`.
  public static MongoBackup backup(String namespace, String name) {
    return Serialization.unmarshal(BACKUP.formatted(name, namespace), MongoBackup.class);
  }

  /// A valid restore of the database `shop`.
  ///
  /// @param source YAML of `spec.source`
  public static MongoRestore restore(String namespace, String name, String source) {
    return Serialization.unmarshal(RESTORE.formatted(name, namespace, source), MongoRestore.class);
  }

  /// A valid schedule of hourly backups of the database `shop`.
  public static MongoBackupSchedule schedule(String namespace, String name) {
    return Serialization.unmarshal(SCHEDULE.formatted(name, namespace), MongoBackupSchedule.class);
  }

  private static final String MIGRATION =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoMigration
      metadata: {name: %s, namespace: %s}
      spec:
        version: "%s"
        description: Lower-case e-mails and index them
        target:
          secretRef: {name: shop-mongodb}
          database: shop
        backup:
          storage:
            persistentVolumeClaim: {claimName: backups, path: shop}
        preconditions:
        - {name: some-users, count: {collection: users, min: 1}}
        steps:
        - name: collection
          createCollection: {collection: audit}
        - name: lower-case
          update:
            collection: users
            filter: '{ email: { $type: "string" } }'
            update: '[ { $set: { email: { $toLower: "$email" } } } ]'
        - name: index
          createIndexes:
            collection: users
            indexes: [{keys: [email], unique: true}]
        verify:
          checks:
          - name: no-upper-case
            noDocuments: {collection: users, filter: '{ email: { $regex: "[A-Z]" } }'}
          - {name: nothing-lost, countUnchanged: {collection: users}}
      """;

  private static final String BACKUP =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoBackup
      metadata: {name: %s, namespace: %s}
      spec:
        target:
          secretRef: {name: shop-mongodb}
          database: shop
          collections: [users]
        storage:
          persistentVolumeClaim: {claimName: backups}
      """;

  private static final String SCHEDULE =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoBackupSchedule
      metadata: {name: %s, namespace: %s}
      spec:
        schedule: "0 * * * *"
        template:
          target:
            secretRef: {name: shop-mongodb}
            database: shop
          storage:
            persistentVolumeClaim: {claimName: backups}
      """;

  private static final String RESTORE =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoRestore
      metadata: {name: %s, namespace: %s}
      spec:
        source: %s
        target:
          secretRef: {name: shop-mongodb}
          database: shop
        collections: [users]
      """;
}
