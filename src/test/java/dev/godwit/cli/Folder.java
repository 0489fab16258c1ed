package dev.godwit.cli;

import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A folder of migrations for one database, and the commands on it.
final class Folder {

  private final Path folder;
  private final String database;

  Folder(Path folder, String database) {
    this.folder = folder;
    this.database = database;
  }

  Path path() {
    return folder;
  }

  /// Writes a migration.
  ///
  /// @param rest of the spec, as YAML that begins at the margin: steps, verify, …
  Path write(String version, String rest) {
    try {
      return Files.writeString(
          folder.resolve(version + ".yaml"),
          """
          apiVersion: godwit.dev/v1alpha1
          kind: MongoMigration
          metadata: {name: m%s, namespace: shop}
          spec:
            version: "%s"
            description: Number %s
            target: {secretRef: {name: nobody-reads-it}}
          """
                  .formatted(version.toLowerCase(java.util.Locale.ROOT), version, version)
              + rest.indent(2));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// A step that sets a field of all `users`.
  static String setsField(String field) {
    return """
    steps:
    - name: set-%1$s
      update: {collection: users, filter: '{}', update: '{$set: {%1$s: 1}}'}
    verify:
      checks:
      - {name: %1$s-is-set, noDocuments: {collection: users, filter: '{%1$s: {$ne: 1}}'}}
    """
        .formatted(field);
  }

  /// Runs a command on the folder and the database.
  Cli.Answer run(String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command, "-f", folder.toString()));
    args.addAll(List.of(connection()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  /// Runs a command on the database.
  Cli.Answer runWithoutFiles(String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(List.of(connection()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  String[] connection() {
    return new String[] {"--uri", MongoServer.uri(), "-d", database};
  }
}
