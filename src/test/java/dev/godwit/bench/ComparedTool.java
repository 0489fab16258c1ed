package dev.godwit.bench;

import java.util.List;
import java.util.Optional;

/// A migration tool that is run as a whole process, as its users run it.
public interface ComparedTool {

  /// All of them, Godwit first.
  static List<ComparedTool> all() {
    return List.of(new GodwitTool(), new MongockTool(), new MigrateMongoTool());
  }

  /// With its version.
  String name();

  /// Gets and builds what it needs; not timed.
  ///
  /// @return why it cannot be compared here; empty when it can
  Optional<String> prepare();

  /// Migrations that change nothing; run again it finds nothing to do.
  ///
  /// @param count how many there are
  WholeProcess empty(String uri, String database, int count);

  /// One migration with one update of many documents.
  WholeProcess backfill(String uri, String database, Backfill backfill);

  /// The collection where it keeps one document, or more, for each migration.
  String history();

  /// An update of many documents.
  ///
  /// @param filter a document as JSON
  /// @param update a document of operators, or a pipeline, as JSON
  record Backfill(String collection, String filter, String update) {}
}
