package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.testing.Specs;
import java.time.Duration;
import java.util.Optional;

/// Runs of changelogs for tests.
final class Migrations {

  private Migrations() {}

  /// A changelog from the YAML of a spec; target and backup are filled in.
  static Changelog changelog(String spec) {
    return ManifestCompiler.compile(Specs.read(spec));
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
