package dev.godwit.cli;

import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Migrations by the database that they are for.
final class Databases {

  private Databases() {}

  /// Groups them; each group keeps their order.
  ///
  /// @throws RunException with verdict `Refused` when a migration is for no database
  static Map<String, List<MigrationFile>> group(List<MigrationFile> migrations) {
    Map<String, List<MigrationFile>> groups = new LinkedHashMap<>();
    for (MigrationFile migration : migrations) {
      groups.computeIfAbsent(nameOf(migration), _ -> new ArrayList<>()).add(migration);
    }
    return groups;
  }

  /// The database of a migration.
  ///
  /// @throws RunException with verdict `Refused` when there is none
  static String nameOf(MigrationFile migration) {
    return migration
        .database()
        .orElseThrow(
            () ->
                RunException.refused(
                    "DatabaseMissing",
                    "spec.target.database",
                    "%s names no database, nor does the connection string; name it with --database"
                        .formatted(migration.where())));
  }
}
