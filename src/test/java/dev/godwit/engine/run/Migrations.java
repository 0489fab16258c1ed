package dev.godwit.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import java.time.Duration;
import java.util.Optional;

/// Runs of changelogs for tests.
final class Migrations {

  private static final YAMLMapper YAML = new YAMLMapper();

  private Migrations() {}

  /// A changelog from the YAML of a spec; target and backup are filled in.
  static Changelog changelog(String spec) {
    try {
      return ManifestCompiler.compile(YAML.readValue(spec, MongoMigrationSpec.class));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  static RunEnvironment environment(MongoDatabase database) {
    return environment(database, Duration.ofSeconds(20));
  }

  static RunEnvironment environment(MongoDatabase database, Duration patience) {
    return new RunEnvironment(
        database, progress -> {}, new StopSignal(), "test", Duration.ofSeconds(10), patience);
  }

  static RunResult apply(MongoDatabase database, Changelog changelog) {
    return new ApplyRun(environment(database), changelog).run();
  }

  static RunResult rollback(MongoDatabase database, Changelog changelog) {
    return new RollbackRun(environment(database), changelog, Optional.empty()).run();
  }
}
