package dev.godwit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// migrate-mongo with node, installed by npm in the pinned version. Its empty migration is a file
/// whose `up` does nothing.
final class MigrateMongoTool implements ComparedTool {

  private static final Path PACKAGE =
      Path.of("src/test/bench-tools/migrate-mongo/package.json").toAbsolutePath();

  private final Path folder = Workshop.folder("migrate-mongo");

  @Override
  public String name() {
    return "migrate-mongo 14.0.7";
  }

  @Override
  public Optional<String> prepare() {
    try {
      Files.writeString(folder.resolve("package.json"), Files.readString(PACKAGE));
      new WholeProcess(
              List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"),
              folder,
              Map.of())
          .time();
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (IllegalStateException failed) {
      return Optional.of("node or npm is missing, or the package: " + failed.getMessage());
    }
  }

  @Override
  public String history() {
    return "changelog";
  }

  @Override
  public WholeProcess empty(String uri, String database, int count) {
    for (int i = 1; i <= count; i++) {
      migration("empty" + count, "20240101%06d-empty.js".formatted(i), "");
    }
    return up("empty" + count, uri, database);
  }

  @Override
  public WholeProcess backfill(String uri, String database, Backfill backfill) {
    migration(
        "backfill",
        "20240101000000-backfill.js",
        "await db.collection('%s').updateMany(%s, %s);"
            .formatted(backfill.collection(), backfill.filter(), backfill.update()));
    return up("backfill", uri, database);
  }

  private void migration(String project, String file, String body) {
    Workshop.write(
        folder.resolve(project).resolve("migrations").resolve(file),
        "module.exports = {async up(db) {%s}, async down() {}};%n".formatted(body));
  }

  private WholeProcess up(String project, String uri, String database) {
    Workshop.write(
        folder.resolve(project).resolve("migrate-mongo-config.js"),
        """
        module.exports = {
          mongodb: {url: process.env.BENCH_URI, databaseName: process.env.BENCH_DATABASE, options: {}},
          migrationsDir: "migrations",
          changelogCollectionName: "changelog",
          lockCollectionName: "changelog_lock",
          lockTtl: 0,
          migrationFileExtension: ".js",
          useFileHash: false,
          moduleSystem: "commonjs",
        };
        """);
    return new WholeProcess(
        List.of(folder.resolve("node_modules/.bin/migrate-mongo").toString(), "up"),
        folder.resolve(project),
        Map.of("BENCH_URI", uri, "BENCH_DATABASE", database));
  }
}
