package dev.godwit.cli;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.Catalogue;

/// Deletes a stored backup. One that is gone already is deleted.
final class DeleteJob {

  private DeleteJob() {}

  /// @param location folder of the backup in its storage
  static RunResult run(BackupOptions backup, String location) {
    try {
      new Catalogue(backup.required()).delete(location);
      return RunResult.of(Verdict.Deleted, null);
    } catch (RunException ended) {
      return RunResult.of(ended.verdict(), ended.failure());
    }
  }
}
