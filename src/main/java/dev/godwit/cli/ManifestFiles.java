package dev.godwit.cli;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The migrations of files and folders, in the order of their versions. All are read and checked
/// before the first is used: one that is wrong refuses them all.
final class ManifestFiles {

  private static final Comparator<MigrationFile> ORDER =
      Comparator.comparing(MigrationFile::version, NaturalOrder.COMPARATOR)
          .thenComparing(file -> file.database().orElse(""));

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description =
          "A manifest or a folder of them (*.yaml, *.yml, *.json, subfolders too); may be given more than once. Objects of other kinds are passed over.")
  private List<Path> paths;

  /// Adds files and folders that were named in another way.
  void add(List<Path> more) {
    if (!more.isEmpty()) {
      paths = new ArrayList<>(paths == null ? List.of() : paths);
      paths.addAll(more);
    }
  }

  /// Those that are named.
  List<Path> paths() {
    return paths == null ? List.of() : List.copyOf(paths);
  }

  /// Whether any are named.
  boolean given() {
    return paths != null;
  }

  /// Reads them.
  ///
  /// @param connection says which database each is for
  /// @throws RunException with verdict `Refused`, file and path of every field that is wrong
  /// @throws ParameterException when none are named
  List<MigrationFile> read(ConnectionOptions connection) {
    List<MigrationFile> migrations = read(connection::databaseOr);
    refuseMerging(migrations, connection);
    return migrations;
  }

  /// Those that `spec.desiredState` wants applied; the others are passed over with a note.
  static List<MigrationFile> wanted(List<MigrationFile> migrations, Consumer<String> note) {
    List<MigrationFile> wanted = new ArrayList<>();
    for (MigrationFile migration : migrations) {
      if (migration.isToBeRolledBack()) {
        note.accept(
            "version %s (%s) is passed over: its spec.desiredState is RolledBack"
                .formatted(migration.version(), migration.where()));
      } else if (migration.isToBeRecorded()) {
        note.accept(
            "version %s (%s) is passed over: its spec.desiredState is Baselined; 'godwit baseline' records it"
                .formatted(migration.version(), migration.where()));
      } else {
        wanted.add(migration);
      }
    }
    return wanted;
  }

  /// `--database` would run the migrations of several databases on one.
  private static void refuseMerging(List<MigrationFile> migrations, ConnectionOptions connection) {
    List<String> named =
        migrations.stream()
            .map(migration -> migration.spec().target().database())
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList();
    if (connection.isDatabaseGiven() && named.size() > 1) {
      throw RunException.refused(
          "SeveralDatabases",
          "--database",
          "the manifests are for several databases (%s), which --database would run on one; leave it out, or name with --file those that belong there"
              .formatted(String.join(", ", named)));
    }
  }

  /// Reads them, whatever database they are for: only the manifests are asked.
  List<MigrationFile> read() {
    return read((Function<String, Optional<String>>) Optional::ofNullable);
  }

  private List<MigrationFile> read(Function<String, Optional<String>> database) {
    if (!given()) {
      throw new ParameterException(
          spec.commandLine(), "which migrations? Name a file or a folder with --file");
    }
    ManifestReader reader = new ManifestReader(database);
    List<MigrationFile> migrations = new ArrayList<>(reader.read(paths));
    PrintWriter err = spec.commandLine().getErr();
    reader.passedOver().forEach(note -> err.println("note: " + note));
    err.flush();
    if (migrations.isEmpty()) {
      throw RunException.refused(
          "NoMigration", "--file", "there is no MongoMigration in %s".formatted(paths));
    }
    migrations.sort(ORDER);
    refuseTwins(migrations);
    return List.copyOf(migrations);
  }

  private static void refuseTwins(List<MigrationFile> migrations) {
    TreeMap<String, MigrationFile> seen = new TreeMap<>(NaturalOrder.BY_VALUE);
    for (String database :
        migrations.stream().map(file -> file.database().orElse("")).distinct().toList()) {
      seen.clear();
      for (MigrationFile migration : migrations) {
        if (migration.database().orElse("").equals(database)) {
          MigrationFile other = seen.putIfAbsent(migration.version(), migration);
          if (other != null) {
            throw RunException.refused(
                "VersionTwice",
                "spec.version",
                "version %s is in %s, and %s in %s, for the same database%s; give one of them another"
                    .formatted(
                        other.version(),
                        other.where(),
                        migration.version(),
                        migration.where(),
                        database.isEmpty() ? "" : " '" + database + "'"));
          }
        }
      }
    }
  }
}
