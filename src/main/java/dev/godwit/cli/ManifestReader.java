package dev.godwit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.Godwit;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.ManifestCompiler;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/// Reads the migrations out of files and folders. Hidden files and folders are left out, as are
/// the second names under which a ConfigMap's volume shows its files.
final class ManifestReader {

  private static final String API_VERSION = Godwit.GROUP + "/" + Godwit.VERSION;

  /// Kinds that `kubectl` applies from the same folder, and no command line runs.
  private static final Set<String> OTHER_KINDS =
      Set.of("MongoBackup", "MongoRestore", "MongoBackupSchedule");

  /// Kustomize's own, which need neither apiVersion nor kind.
  private static final Set<String> KUSTOMIZATIONS =
      Set.of("kustomization.yaml", "kustomization.yml");

  private final Function<String, Optional<String>> database;
  private final List<String> passedOver = new ArrayList<>();

  /// @param database the database for a manifest's `spec.target.database`, which may be null
  ManifestReader(Function<String, Optional<String>> database) {
    this.database = database;
  }

  /// What was read and is none of this command's business.
  List<String> passedOver() {
    return List.copyOf(passedOver);
  }

  /// @throws RunException with verdict `Refused` and all that is wrong
  List<MigrationFile> read(List<Path> paths) {
    List<Found> found = files(paths).parallelStream().map(this::read).toList();
    List<MigrationFile> migrations = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Found one : found) {
      migrations.addAll(one.migrations());
      wrong.addAll(one.wrong());
      passedOver.addAll(one.passedOver());
    }
    if (!wrong.isEmpty()) {
      throw RunException.refused(
          "InvalidManifest", null, String.join(System.lineSeparator(), wrong));
    }
    return migrations;
  }

  /// The files that are meant, in their order.
  ///
  /// @throws RunException with verdict `Refused` when one does not exist
  static Set<Path> files(List<Path> paths) {
    Set<Path> files = new LinkedHashSet<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw RunException.refused("FileMissing", "--file", "'%s' does not exist".formatted(path));
      }
      if (!Files.isDirectory(path)) {
        files.add(path.normalize());
        continue;
      }
      try (Stream<Path> found = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
        found
            .filter(file -> isManifest(path.relativize(file)) && Files.isRegularFile(file))
            .map(Path::normalize)
            .sorted()
            .forEach(files::add);
      } catch (IOException | java.io.UncheckedIOException unreadable) {
        throw RunException.refused(
            "FileUnreadable",
            "--file",
            "the folder '%s' cannot be read: %s".formatted(path, unreadable.getMessage()));
      }
    }
    return files;
  }

  private static boolean isManifest(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return !KUSTOMIZATIONS.contains(relative.getFileName().toString())
        && Stream.of(".yaml", ".yml", ".json").anyMatch(relative.toString()::endsWith);
  }

  /// What is in a file. Files are read side by side: parsing hundreds of them is what a command
  /// that finds nothing to do does most.
  private record Found(
      List<MigrationFile> migrations, List<String> wrong, List<String> passedOver) {}

  private Found read(Path file) {
    Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<String> wrong = found.wrong();
    try {
      List<JsonNode> documents =
          StrictYaml.readTrees(Files.readString(file), file.toString().endsWith(".json"));
      for (int i = 0; i < documents.size(); i++) {
        int number = documents.size() == 1 ? 0 : i + 1;
        try {
          JsonNode document = documents.get(i);
          if (isMigration(document, MigrationFile.where(file, number), found.passedOver()::add)) {
            found.migrations().add(migration(file, number, document));
          }
        } catch (RunException refused) {
          wrong.add("%s: %s".formatted(MigrationFile.where(file, number), refused.getMessage()));
        }
      }
    } catch (StrictYaml.InvalidException invalid) {
      wrong.add("%s: %s".formatted(file, invalid.getMessage()));
    } catch (IOException unreadable) {
      wrong.add("%s: it cannot be read as text in UTF-8".formatted(file));
    }
    return found;
  }

  /// Whether a document is a migration.
  ///
  /// @param where the document, for people
  /// @param passedOver takes a note when it is another kind of Godwit's
  /// @throws RunException with verdict `Refused` when it should be one
  static boolean isMigration(JsonNode document, String where, Consumer<String> passedOver) {
    String apiVersion = document.path("apiVersion").asText();
    String kind = document.path("kind").asText();
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      throw RunException.refused(
          "InvalidManifest",
          null,
          "apiVersion or kind is missing; a migration has apiVersion: %s and kind: MongoMigration"
              .formatted(API_VERSION));
    }
    if (!apiVersion.startsWith(Godwit.GROUP + "/")) {
      refuseHidden(apiVersion, kind, document);
      return false;
    }
    if (apiVersion.equals(API_VERSION) && OTHER_KINDS.contains(kind)) {
      passedOver.accept("%s: %s is left to kubectl".formatted(where, kind));
      return false;
    }
    if (!apiVersion.equals(API_VERSION) || !kind.equals("MongoMigration")) {
      throw RunException.refused(
          "InvalidManifest",
          null,
          "'%s' of '%s' is not known; a migration has apiVersion: %s and kind: MongoMigration"
              .formatted(kind, apiVersion, API_VERSION));
    }
    return true;
  }

  /// Nothing that looks like a migration is passed over.
  private static void refuseHidden(String apiVersion, String kind, JsonNode document) {
    if (kind.equals("MongoMigration")) {
      throw RunException.refused(
          "InvalidManifest",
          "apiVersion",
          "a MongoMigration has apiVersion: %s, not '%s'".formatted(API_VERSION, apiVersion));
    }
    if (kind.endsWith("List")
        && document.path("items").findValuesAsText("kind").contains("MongoMigration")) {
      throw RunException.refused(
          "InvalidManifest",
          "items",
          "a %s with migrations is not read; write each as a document of its own, with --- in between"
              .formatted(kind));
    }
  }

  private MigrationFile migration(Path file, int number, JsonNode document) {
    MongoMigration manifest;
    try {
      manifest = StrictYaml.convert(document, MongoMigration.class);
    } catch (StrictYaml.InvalidException invalid) {
      throw RunException.refused("InvalidManifest", invalid.path(), invalid.getMessage());
    }
    if (manifest.getSpec() == null) {
      throw RunException.refused("InvalidManifest", "spec", "it is missing");
    }
    return new MigrationFile(
        file,
        number,
        manifest.getMetadata() == null ? null : manifest.getMetadata().getName(),
        manifest.getSpec(),
        ManifestCompiler.compile(manifest.getSpec()),
        database.apply(manifest.getSpec().target().database()));
  }
}
