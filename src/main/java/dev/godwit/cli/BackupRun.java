package dev.godwit.cli;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.DumpOptions;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.run.RunPosition;
import dev.godwit.engine.storage.Storage;
import java.util.List;

/// Takes a backup, unless a pod before this one has finished it already.
final class BackupRun {

  private BackupRun() {}

  static RunResult run(
      RunEnvironment environment, MongoBackupSpec spec, Storage storage, String location) {
    boolean isThere = BackupManifest.exists(storage, location);
    String position = isThere ? null : RunPosition.read(environment.database()).orElse(null);
    BackupManifest manifest =
        isThere
            ? BackupManifest.read(storage, location)
            : new Dump(environment.database(), storage, environment.progress(), environment.stop())
                .run(
                    location,
                    new DumpOptions(
                        spec.target().collections() == null
                            ? List.of()
                            : spec.target().collections(),
                        spec.compressionOrDefault(),
                        spec.verificationOrDefault(),
                        spec.parallelismOrDefault(),
                        spec.consistencyOrDefault()));
    return new RunResult(
        Verdict.BackedUp,
        environment.database().getName(),
        null,
        null,
        null,
        null,
        null,
        null,
        manifest.summary(location).at(position),
        null);
  }
}
