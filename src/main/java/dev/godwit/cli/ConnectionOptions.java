package dev.godwit.cli;

import dev.godwit.engine.RunException;
import dev.godwit.engine.connection.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which server, which database, and who one is. A password comes from a file or the environment,
/// never from an argument, which every user of the machine can read.
final class ConnectionOptions {

  /// The variable that holds the connection string when no option says where it is.
  static final String VARIABLE = "GODWIT_URI";

  private static final String INSTEAD =
      "put it into a file and name that with --uri-file, or into the variable " + VARIABLE;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--uri-file",
      paramLabel = "FILE",
      description = "File that holds the MongoDB connection string.")
  private Path uriFile;

  @Option(
      names = "--secret-dir",
      paramLabel = "DIR",
      description =
          "Folder shaped like the Secret of the cluster: uri, and if they are there ca.crt, tls.crt, tls.key.")
  private Path secretDir;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "The connection string itself; refused when it holds a password. Without any of these three: the environment variable "
              + VARIABLE
              + ".")
  private String uri;

  @Option(
      names = {"-d", "--database"},
      paramLabel = "NAME",
      description = "The database, instead of the manifests' or the connection string's.")
  private String database;

  @Mixin private TlsOptions tls;

  /// Opens the connection to `--database`, or else the connection string's.
  ///
  /// @throws RunException with verdict `Refused` when a file cannot be used
  /// @throws ParameterException when the options do not say where to go
  Connection open() {
    return open(database);
  }

  /// Whether `--database` says which.
  boolean isDatabaseGiven() {
    return database != null;
  }

  /// Opens the connection.
  ///
  /// @param name the database; null for the connection string's
  Connection open(String name) {
    return Connection.open(uri(), name, tls.read(secretDir));
  }

  /// The database of a manifest: `--database`, or what the manifest says, or else the connection
  /// string's; empty when none of them names one.
  ///
  /// @param ofManifest `spec.target.database`; null for none
  Optional<String> databaseOr(String ofManifest) {
    checkDatabase();
    return Optional.ofNullable(database)
        .or(() -> Optional.ofNullable(ofManifest))
        .or(() -> Connection.databaseOf(uri()));
  }

  private void checkDatabase() {
    if (database != null && !database.matches("[^/\\\\. \"$*<>:|?\\x00]{1,63}")) {
      throw wrong("--database: '%s' is no name of a database".formatted(database));
    }
  }

  private String uri() {
    checkDatabase();
    if (Stream.of(uriFile, secretDir, uri).filter(source -> source != null).count() > 1) {
      throw wrong("only one of --uri-file, --secret-dir and --uri says where to go");
    }
    if (uriFile != null) {
      return content(uriFile, "--uri-file");
    }
    if (secretDir != null) {
      return content(secretDir.resolve("uri"), "--secret-dir");
    }
    if (uri != null) {
      if (Connection.holdsPassword(uri)) {
        throw wrong("--uri: a password in an argument can be read by others; " + INSTEAD);
      }
      return uri;
    }
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () ->
                wrong(
                    "where is the database? Name a file with the connection string with --uri-file, or set "
                        + VARIABLE));
  }

  private static String content(Path file, String option) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw RunException.refused(
          "ConnectionStringMissing",
          option,
          "'%s' cannot be read; check the path and who may read it".formatted(file));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
