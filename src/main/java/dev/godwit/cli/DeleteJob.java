package dev.godwit.cli;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Deletes a stored backup: its manifest first, so that what is left after a crash is no backup.
final class DeleteJob {

  private static final String MANIFEST = "/manifest.json";

  private DeleteJob() {}

  /// @param location folder of the backup below `backupDir`
  static RunResult run(Path backupDir, String location) {
    Storage storage = new FileSystemStorage(backupDir);
    try {
      List<String> objects =
          storage.list(location).stream()
              .sorted(
                  Comparator.comparing((String name) -> !name.equals(location + MANIFEST))
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      for (String object : objects) {
        storage.delete(object);
      }
      return RunResult.of(Verdict.Deleted, null);
    } catch (IOException failed) {
      return RunResult.of(
          Verdict.Interrupted,
          new Failure(
              "StorageFailed",
              null,
              "'%s' in %s could not be deleted: %s"
                  .formatted(location, storage.describe(), failed)));
    }
  }
}
