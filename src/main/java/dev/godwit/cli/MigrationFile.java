package dev.godwit.cli;

import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.changelog.Changelog;
import java.nio.file.Path;
import java.util.Optional;

/// A migration of the files that a command was given.
///
/// @param file where it was read
/// @param document its number in the file, from 1; 0 when the file has no other
/// @param name `metadata.name`; null when left out
/// @param spec the manifest's
/// @param changelog what it means
/// @param database where it runs; empty when nothing says it
record MigrationFile(
    Path file,
    int document,
    String name,
    MongoMigrationSpec spec,
    Changelog changelog,
    Optional<String> database) {

  String version() {
    return changelog.version();
  }

  /// The place, for people.
  String where() {
    return where(file, document);
  }

  static String where(Path file, int document) {
    return document == 0 ? file.toString() : "%s (document %d)".formatted(file, document);
  }

  /// Whether it is to be recorded as applied and not run, by `spec.desiredState`.
  boolean isToBeRecorded() {
    return spec.desiredStateOrDefault() == DesiredState.Baselined;
  }

  /// Whether it is to be out of the database, by `spec.desiredState`.
  boolean isToBeRolledBack() {
    return spec.desiredStateOrDefault() == DesiredState.RolledBack;
  }
}
