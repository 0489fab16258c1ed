package dev.godwit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.cli.ManifestPlaces.Place;
import dev.godwit.engine.RunException;
import dev.godwit.engine.Spot;
import dev.godwit.engine.plan.Finding;
import dev.godwit.engine.plan.Lint;
import dev.godwit.engine.plan.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads manifests that may be wrong: whatever can be read is, and all that cannot is noted.
final class LintReader {

  /// A migration that could be read, all or a part.
  ///
  /// @param unread paths of fields that were left out because they do not fit
  record Read(
      String file,
      String where,
      ManifestPlaces places,
      MongoMigrationSpec spec,
      List<String> unread) {

    String version() {
      return spec.version() == null ? "" : spec.version();
    }

    /// The database that the manifest names; empty for the connection string's.
    String database() {
      return spec.target() == null || spec.target().database() == null
          ? ""
          : spec.target().database();
    }

    PlacedFinding place(Finding finding) {
      return PlacedFinding.of(finding, file, places.of(finding.spot()));
    }

    /// Whether a finding only follows from what was left out.
    boolean followsFromUnread(Finding finding) {
      String path = finding.path();
      return path != null
          && finding.severity() == Severity.Error
          && unread.stream().anyMatch(field -> within(field, path) || within(path, field));
    }

    private static boolean within(String path, String other) {
      return path.equals(other) || path.startsWith(other + ".") || path.startsWith(other + "[");
    }
  }

  private final List<Read> migrations = new ArrayList<>();
  private final List<PlacedFinding> findings = new ArrayList<>();
  private int files;

  /// Reads files and folders.
  void read(List<Path> paths) {
    for (Path file : ManifestReader.files(paths)) {
      files++;
      try {
        read(file, Files.readString(file), file.toString().endsWith(".json"));
      } catch (IOException unreadable) {
        invalid(file, null, null, "it cannot be read as text in UTF-8");
      }
    }
  }

  List<Read> migrations() {
    return migrations;
  }

  List<PlacedFinding> findings() {
    return findings;
  }

  /// What could not be read, and what a run would refuse by a manifest alone, in the order of the
  /// files.
  List<PlacedFinding> refusals() {
    List<PlacedFinding> all = new ArrayList<>(findings);
    for (Read migration : migrations) {
      Lint.refusals(migration.spec()).stream()
          .filter(finding -> !migration.followsFromUnread(finding))
          .map(migration::place)
          .forEach(all::add);
    }
    all.sort(PlacedFinding.ORDER);
    return all;
  }

  int files() {
    return files;
  }

  private void read(Path file, String text, boolean json) {
    List<ManifestPlaces> places;
    List<JsonNode> documents;
    try {
      // YAML knows JSON, but for tabs, which stand between its words only.
      places = ManifestPlaces.of(json ? text.replace('\t', ' ') : text);
      if (foundTwice(file, places)) {
        return;
      }
      documents = StrictYaml.readTrees(text, json);
    } catch (ManifestPlaces.InvalidException wrong) {
      invalid(file, null, wrong.place(), "it is no YAML: " + wrong.getMessage());
      return;
    } catch (StrictYaml.InvalidException wrong) {
      invalid(file, null, null, "it is " + wrong.getMessage());
      return;
    }
    for (int i = 0; i < documents.size(); i++) {
      read(file, documents.size() == 1 ? 0 : i + 1, documents.get(i), places.get(i));
    }
  }

  private boolean foundTwice(Path file, List<ManifestPlaces> documents) {
    int before = findings.size();
    for (ManifestPlaces document : documents) {
      document
          .twice()
          .forEach((path, place) -> invalid(file, path, place, "the field is there twice"));
    }
    return findings.size() > before;
  }

  private void read(Path file, int number, JsonNode document, ManifestPlaces places) {
    String where = MigrationFile.where(file, number);
    try {
      if (!ManifestReader.isMigration(document, where, _ -> {})) {
        return;
      }
    } catch (RunException wrong) {
      invalid(file, null, places.start(), wrong.getMessage());
      return;
    }
    StrictYaml.Reading<MongoMigration> reading =
        StrictYaml.convertAll(document, MongoMigration.class);
    List<String> unread = new ArrayList<>();
    for (StrictYaml.InvalidException problem : reading.problems()) {
      if (problem.path() != null) {
        unread.add(problem.path());
      }
      Spot spot = problem.path() == null ? null : Spot.of(problem.path());
      invalid(file, problem.path(), places.of(spot), problem.getMessage());
    }
    if (reading.value() != null && reading.value().getSpec() != null) {
      migrations.add(new Read(file.toString(), where, places, reading.value().getSpec(), unread));
    } else if (reading.problems().isEmpty()) {
      invalid(file, "spec", places.start(), "it is missing");
    }
  }

  private void invalid(Path file, String path, Place place, String message) {
    findings.add(
        PlacedFinding.of(
            new Finding(
                Severity.Error,
                "InvalidManifest",
                path == null ? null : Spot.of(path),
                message,
                List.of()),
            file.toString(),
            place));
  }
}
