package dev.godwit.e2e;

import dev.godwit.api.v1alpha1.MongoMigration;
import java.util.Objects;

/// Tells a status that speaks of what is wanted now from one that is about to change.
final class Objectives {

  private Objectives() {}

  /// Whether the status is of the present spec, so that a terminal phase stays.
  static boolean isSettled(MongoMigration migration) {
    return migration != null
        && migration.getStatus() != null
        && Objects.equals(
            migration.getStatus().observedGeneration(), migration.getMetadata().getGeneration())
        && migration.getStatus().conditions().stream()
            .noneMatch(condition -> condition.getType().equals("Reconciling"));
  }
}
