package dev.godwit.engine.foreign;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.foreign.ForeignHistory.LeftOut;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Flyway's MongoDB support, native connectors and the older JDBC way alike. A document a row of
/// the schema history; an undo or a deletion is a further row. Its order is that of the versions,
/// whenever they were applied. `installed_on` is a text without a
/// time zone: it is taken for UTC.
///
/// Format: `MongoDBDatabase.java` of flyway-database-nc-mongodb (`appendSchemaHistoryItem`) and of
/// flyway-database-mongodb 12.0.0 (`getInsertStatement`), `CoreMigrationType.java` of flyway-core
/// 12.0.0; types that begin with `UNDO` undo a version, `DELETE` marks one whose file is gone.
final class Flyway implements ForeignTool {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS][.SS][.S]");

  @Override
  public String name() {
    return "flyway";
  }

  @Override
  public List<String> collections() {
    return List.of("flyway_schema_history");
  }

  @Override
  public List<String> lockCollections() {
    return List.of();
  }

  @Override
  public boolean hasVersions() {
    return true;
  }

  @Override
  public ForeignHistory read(List<Entry> entries) {
    List<LeftOut> leftOut = new ArrayList<>();
    Map<String, ForeignChange> applied = new LinkedHashMap<>();
    Map<String, LeftOut> gone = new LinkedHashMap<>();
    for (Entry row : inOrder(entries)) {
      String type = row.required("type");
      String script = row.text("script").orElse(row.text("description").orElse(type));
      Optional<String> version = row.text("version");
      if (type.equals("SCHEMA")) {
        leftOut.add(new LeftOut(script, "Flyway's own"));
      } else if (version.isEmpty()) {
        leftOut.add(new LeftOut(script, "repeatable, without a version"));
      } else if (!row.isTrue("success")) {
        gone.put(version.get(), new LeftOut(script, "failed"));
      } else if (type.startsWith("UNDO") || type.equals("DELETE")) {
        applied.remove(version.get());
        gone.put(version.get(), new LeftOut(script, type.equals("DELETE") ? "deleted" : "undone"));
      } else {
        gone.remove(version.get());
        applied.putIfAbsent(version.get(), change(row, script, version.get()));
      }
    }
    gone.keySet().removeAll(applied.keySet());
    leftOut.addAll(gone.values());
    List<ForeignChange> inOrder = new ArrayList<>(applied.values());
    inOrder.sort(Comparator.comparing(ForeignChange::version, NaturalOrder.COMPARATOR));
    return new ForeignHistory(inOrder, leftOut);
  }

  private static List<Entry> inOrder(List<Entry> entries) {
    return entries.stream()
        .sorted(Comparator.comparingLong(row -> row.number("installed_rank")))
        .toList();
  }

  private static ForeignChange change(Entry row, String script, String version) {
    return new ForeignChange(
        script,
        version,
        row.text("installed_by").orElse(null),
        row.date("installed_on")
            .or(() -> row.text("installed_on").flatMap(Flyway::parse))
            .orElse(null));
  }

  private static Optional<Instant> parse(String stamp) {
    try {
      return Optional.of(LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> holder(List<Entry> locks, Instant now) {
    return Optional.empty();
  }
}
