package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The resources that there are now, as the reconcilers' caches hold them.
final class Resources {

  private volatile Supplier<Stream<MongoMigration>> migrations = Stream::empty;
  private volatile Supplier<Stream<MongoBackup>> backups = Stream::empty;
  private volatile Supplier<Stream<MongoRestore>> restores = Stream::empty;
  private volatile Supplier<Stream<MongoBackupSchedule>> schedules = Stream::empty;

  void migrations(Supplier<Stream<MongoMigration>> migrations) {
    this.migrations = migrations;
  }

  void backups(Supplier<Stream<MongoBackup>> backups) {
    this.backups = backups;
  }

  void restores(Supplier<Stream<MongoRestore>> restores) {
    this.restores = restores;
  }

  void schedules(Supplier<Stream<MongoBackupSchedule>> schedules) {
    this.schedules = schedules;
  }

  List<MongoBackupSchedule> schedules() {
    return schedules.get().toList();
  }

  List<MongoMigration> migrations() {
    return migrations.get().toList();
  }

  List<MongoBackup> backups() {
    return backups.get().toList();
  }

  List<MongoRestore> restores() {
    return restores.get().toList();
  }

  Set<String> uids() {
    return all(ObjectMeta::getUid);
  }

  Set<String> namespaces() {
    return all(ObjectMeta::getNamespace);
  }

  private Set<String> all(Function<ObjectMeta, String> value) {
    return Stream.<Stream<? extends HasMetadata>>of(
            migrations.get(), backups.get(), restores.get(), schedules.get())
        .flatMap(all -> all)
        .map(HasMetadata::getMetadata)
        .map(value)
        .collect(Collectors.toSet());
  }
}
