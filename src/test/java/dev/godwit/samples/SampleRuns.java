package dev.godwit.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.seed.AccountsSeed;
import dev.godwit.testing.seed.BookshopSeed;
import dev.godwit.testing.seed.DeliverySeed;
import dev.godwit.testing.seed.GrocerySeed;
import dev.godwit.testing.seed.LedgerSeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Runs samples on a database.
public final class SampleRuns {

  static final Path SAMPLES = Path.of("deploy/samples");

  /// Collations and hidden indexes.
  static final String MONGODB_ONLY = "operations/004-languages.yaml";

  private static final YAMLMapper YAML = new YAMLMapper();

  /// The data of every sample are made from this number.
  private static final long SEED = 7;

  private final MongoDatabase database;

  public SampleRuns(MongoDatabase database) {
    this.database = database;
  }

  /// The samples of a folder in their order, relative to `deploy/samples`.
  static List<String> of(String folder) throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES.resolve(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .map(file -> SAMPLES.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /// Whether the server of this test run can do what a sample asks for.
  static boolean canRunHere(String sample) {
    return MongoServer.isMongoDb() || !sample.equals(MONGODB_ONLY);
  }

  /// The data that the samples of a database are for.
  void fill(String name) {
    System.out.printf("the data of %s are made from seed %d%n", name, SEED);
    switch (name) {
      case "accounts" -> AccountsSeed.fill(database, SEED, 500);
      case "bookshop" -> BookshopSeed.fill(database, SEED, 300);
      case "delivery" -> DeliverySeed.fill(database, SEED, 200);
      case "grocery" -> GrocerySeed.fill(database, SEED, 500);
      case "ledger" -> LedgerSeed.fill(database, SEED, 60, 1_300);
      default -> throw new AssertionError("no data for " + name);
    }
  }

  /// @param retry another number is another attempt
  public RunResult apply(String sample, int retry) throws IOException {
    return apply(changelog(sample, spec -> spec.put("retry", retry)));
  }

  RunResult apply(Changelog changelog) {
    return new ApplyRun(environment(), changelog).run();
  }

  RunResult rollback(String sample, int retry) throws IOException {
    return rollback(changelog(sample, spec -> spec.put("retry", retry)));
  }

  RunResult rollback(Changelog changelog) {
    return new RollbackRun(environment(), changelog, Optional.empty()).run();
  }

  static Changelog changelog(String sample) throws IOException {
    return changelog(sample, spec -> {});
  }

  /// @param edit what is changed in the sample's spec
  static Changelog changelog(String sample, Consumer<ObjectNode> edit) throws IOException {
    ObjectNode spec = (ObjectNode) YAML.readTree(SAMPLES.resolve(sample).toFile()).get("spec");
    edit.accept(spec);
    return ManifestCompiler.compile(YAML.treeToValue(spec, MongoMigrationSpec.class));
  }

  private RunEnvironment environment() {
    return new RunEnvironment(
        database,
        progress -> {},
        new StopSignal(),
        "test",
        Duration.ofSeconds(10),
        Duration.ofSeconds(20));
  }
}
