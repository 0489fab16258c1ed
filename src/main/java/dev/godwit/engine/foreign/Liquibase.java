package dev.godwit.engine.foreign;

import dev.godwit.engine.foreign.ForeignHistory.LeftOut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Liquibase's MongoDB extension. A document a change set that was run; one that is rolled back is
/// removed, one that ran again gets a new `orderExecuted`. A change set is named by file, id and
/// author together, as Liquibase prints it.
///
/// Format: `MongoRanChangeSetToDocumentConverter.java`,
/// `MongoChangeLogLockToDocumentConverter.java` of liquibase-mongodb; `MARK_RAN` is a change set
/// that a precondition let count as run.
final class Liquibase implements ForeignTool {

  private static final Set<String> RAN = Set.of("EXECUTED", "RERAN", "MARK_RAN");

  @Override
  public String name() {
    return "liquibase";
  }

  @Override
  public List<String> collections() {
    return List.of("DATABASECHANGELOG");
  }

  @Override
  public List<String> lockCollections() {
    return List.of("DATABASECHANGELOGLOCK");
  }

  @Override
  public boolean hasVersions() {
    return false;
  }

  @Override
  public ForeignHistory read(List<Entry> entries) {
    List<ForeignChange> applied = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (Entry entry : inOrder(entries)) {
      String author = entry.required("author");
      String id = "%s::%s::%s".formatted(entry.required("fileName"), entry.required("id"), author);
      String type = entry.required("execType");
      if (RAN.contains(type)) {
        applied.add(new ForeignChange(id, null, author, entry.date("dateExecuted").orElse(null)));
      } else {
        leftOut.add(new LeftOut(id, words(type)));
      }
    }
    return new ForeignHistory(applied, leftOut);
  }

  private static List<Entry> inOrder(List<Entry> entries) {
    return entries.stream()
        .sorted(
            Comparator.<Entry>comparingLong(entry -> entry.number("orderExecuted"))
                .thenComparing(entry -> entry.date("dateExecuted").orElse(Instant.EPOCH)))
        .toList();
  }

  private static String words(String type) {
    return switch (type) {
      case "FAILED" -> "failed";
      case "SKIPPED" -> "skipped";
      default -> "execType " + type;
    };
  }

  @Override
  public Optional<String> holder(List<Entry> locks, Instant now) {
    return locks.stream()
        .filter(lock -> lock.isTrue("locked"))
        .map(
            lock ->
                "%s, since %s"
                    .formatted(
                        lock.text("lockedBy").orElse("somebody"),
                        lock.date("lockGranted").map(Instant::toString).orElse("some time")))
        .findFirst();
  }
}
