package dev.godwit.cli;

import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.SpecHash;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CollectionRename;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.RestoreOptions;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.TransformCompiler;
import dev.godwit.engine.run.DiscardRun;
import dev.godwit.engine.run.RestoreRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.Storage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Restores what a MongoRestore asks for. All its Jobs share a tag, so that each goes on where the
/// one before ended.
final class RestoreJob {

  private final MongoRestore manifest;
  private final MongoRestoreSpec spec;
  private final RestoreOptions options;
  private final List<CompiledStep> transform;

  /// @throws RunException `Refused` when the manifest is wrong
  RestoreJob(MongoRestore manifest) {
    if (manifest.getSpec() == null || manifest.getSpec().target() == null) {
      throw RunException.refused("InvalidManifest", "spec.target", "it is missing");
    }
    if (manifest.getMetadata() == null || manifest.getMetadata().getUid() == null) {
      throw RunException.refused("InvalidManifest", "metadata.uid", "it is missing");
    }
    this.manifest = manifest;
    this.spec = manifest.getSpec();
    this.options =
        new RestoreOptions(
            spec.collectionsOrEmpty(),
            renames(spec.renamesOrEmpty()),
            null,
            RestoreOptions.DEFAULT_PARALLELISM);
    this.transform = TransformCompiler.compile("spec.transform", spec.transformOrEmpty());
  }

  /// Name of the database that is written; null for the connection string's.
  String database() {
    return spec.database();
  }

  /// @param environment of the database [#database]
  /// @param location folder of the backup in its storage
  RunResult run(RunEnvironment environment, Storage storage, String location) {
    RestoreRun run =
        new RestoreRun(environment, storage, location, spec.modeOrDefault(), options, transform);
    RestoreRun.Plan plan = run.plan(tag());
    String database = environment.database().getName();
    if (spec.into() == null && !plan.backup().database().equals(database)) {
      throw RunException.refused(
          "OtherDatabase",
          "spec.into",
          "the backup is of the database '%s', not of '%s'; nothing was changed. If it is meant to go there, create a MongoRestore with into: %s"
              .formatted(plan.backup().database(), database, database));
    }
    Restored restored = run.run(tag());
    return new RunResult(
        Verdict.Restored,
        database,
        null,
        null,
        null,
        null,
        restored.setAside().stream().map(SetAside::aside).toList(),
        null,
        null,
        new RestoreSummary(
            restored.documents(),
            restored.collections().size(),
            restored.setAside().size(),
            plan.undone()),
        null);
  }

  /// Drops what the restore replaced.
  RunResult discard(RunEnvironment environment) {
    List<String> left = new DiscardRun(environment).run(tag());
    return new RunResult(
        Verdict.Deleted,
        environment.database().getName(),
        null,
        null,
        null,
        null,
        left,
        null,
        null,
        null);
  }

  private String tag() {
    return "mrst-" + SpecHash.sha256(manifest.getMetadata().getUid()).substring(0, 10);
  }

  private static Map<String, String> renames(List<CollectionRename> renames) {
    Map<String, String> names = new LinkedHashMap<>();
    for (CollectionRename rename : renames) {
      if (names.putIfAbsent(rename.from(), rename.to()) != null) {
        throw RunException.refused(
            "InvalidManifest",
            "spec.renames",
            "'%s' is to get two names; leave one out".formatted(rename.from()));
      }
    }
    return names;
  }
}
