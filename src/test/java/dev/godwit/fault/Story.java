package dev.godwit.fault;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import io.fabric8.kubernetes.api.model.HasMetadata;

/// A whole course of one migration: what the database does, what the user does at a phase, and how
/// it has to end.
enum Story {
  /// Planned, backed up, applied, verified.
  Success(true, false, MigrationPhase.Succeeded, ModelDatabase.Data.After),
  /// The checks do not hold, so it is rolled back.
  FailedVerification(false, false, MigrationPhase.RolledBack, ModelDatabase.Data.Before),
  /// Applied; then the user wants it rolled back.
  WantedRollback(true, false, MigrationPhase.RolledBack, ModelDatabase.Data.Before),
  /// Suspended while the apply Job runs, then resumed.
  Suspended(true, true, MigrationPhase.Succeeded, ModelDatabase.Data.After),
  /// Deleted while the apply Job runs: the runner stops where it is, nothing is taken back.
  Deleted(true, true, null, ModelDatabase.Data.Partly);

  private final boolean verifies;
  private final boolean rests;
  private final MigrationPhase end;
  private final ModelDatabase.Data data;

  Story(boolean verifies, boolean rests, MigrationPhase end, ModelDatabase.Data data) {
    this.verifies = verifies;
    this.rests = rests;
    this.end = end;
    this.data = data;
  }

  ModelDatabase database() {
    return new ModelDatabase(verifies, rests);
  }

  /// The terminal phase; null when the migration is gone in the end.
  MigrationPhase end() {
    return end;
  }

  /// Where the data are in the end.
  ModelDatabase.Data data() {
    return data;
  }

  /// What the user does when the migration gets to a phase; repeating it is harmless.
  void user(Stage stage, MigrationPhase phase) {
    switch (this) {
      case Success, FailedVerification -> {}
      case WantedRollback -> {
        if (phase == MigrationPhase.Succeeded) {
          stage.patch("{\"desiredState\":\"RolledBack\"}");
        }
      }
      case Suspended -> {
        MongoMigration migration = stage.migration();
        if (phase == MigrationPhase.Applying && migration != null) {
          if (stage.database().isLocked()) {
            stage.patch("{\"suspend\":true}");
          } else if (migration.getSpec().suspendOrDefault()) {
            stage.database().release();
            stage.patch("{\"suspend\":false}");
          }
        }
      }
      case Deleted -> {
        // Once the steps run: before, there is nothing to stop.
        if (phase == MigrationPhase.Applying && stage.database().isLocked()) {
          HasMetadata migration = stage.migration();
          if (migration != null && migration.getMetadata().getDeletionTimestamp() == null) {
            stage.admin().resource(migration).delete();
          }
        }
      }
    }
  }
}
