package dev.godwit.bench;

import dev.godwit.training.MongoStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Godwit's command line from the packaged jars, with an AOT cache trained as that of the image,
/// and its collector.
///
/// Its empty migration is a createCollection of a collection that is there: Godwit has no migration
/// without a step, and this is the least that a step can be.
final class GodwitTool implements ComparedTool {

  private static final Path JAR =
      Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

  private final Path folder = Workshop.folder("godwit");

  @Override
  public String name() {
    return "Godwit";
  }

  @Override
  public Optional<String> prepare() {
    if (!Files.exists(JAR)) {
      return Optional.of("it is not packaged: ./mvnw package -DskipTests");
    }
    try (MongoStandIn server = new MongoStandIn()) {
      Workshop.write(folder.resolve("training").resolve("m.yaml"), emptyManifest(1));
      String status = "status -f training -d training --uri " + server.uri();
      String up = "up --no-backup -f training -d training --uri " + server.uri();
      Workshop.write(folder.resolve("training.txt"), (status + "\n\n" + up).replace(' ', '\n'));
      run(List.of("-XX:AOTCacheOutput=" + cache()), "job", "train", "training.txt").time();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return Optional.empty();
  }

  private Path cache() {
    return folder.resolve("runner.aot");
  }

  @Override
  public String history() {
    return "_godwit_history";
  }

  @Override
  public WholeProcess empty(String uri, String database, int count) {
    for (int i = 1; i <= count; i++) {
      Workshop.write(
          folder.resolve("empty" + count).resolve("m%03d.yaml".formatted(i)), emptyManifest(i));
    }
    return up("empty" + count, uri, database);
  }

  @Override
  public WholeProcess backfill(String uri, String database, Backfill backfill) {
    Workshop.write(
        folder.resolve("backfill").resolve("m.yaml"),
        manifest(
            "001",
            """
            - name: backfill
              update:
                collection: %s
                filter: '%s'
                update: '%s'
            """
                .formatted(backfill.collection(), backfill.filter(), backfill.update())));
    return up("backfill", uri, database);
  }

  /// Asks where the empty migrations are.
  WholeProcess status(String uri, String database, int count) {
    return cached("status", "-f", "empty" + count, "--uri", uri, "-d", database);
  }

  private WholeProcess up(String manifests, String uri, String database) {
    return cached("up", "-f", manifests, "--uri", uri, "-d", database, "--no-backup");
  }

  private WholeProcess cached(String... arguments) {
    return run(List.of("-XX:AOTCache=" + cache()), arguments);
  }

  private WholeProcess run(List<String> aot, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Workshop.java());
    command.addAll(aot);
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", JAR.toString(), "dev.godwit.cli.Godwit"));
    command.addAll(List.of(arguments));
    return new WholeProcess(command, folder, Map.of());
  }

  private static String emptyManifest(int number) {
    return manifest(
        "%03d".formatted(number), "- {name: present, createCollection: {collection: present}}\n");
  }

  private static String manifest(String version, String steps) {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoMigration
    metadata: {name: bench-%s}
    spec:
      version: "%s"
      target: {secretRef: {name: mongodb}}
      backup: {policy: Never}
      steps:
    %s"""
        .formatted(version, version, steps.indent(2));
  }
}
