package dev.godwit.engine.foreign;

import dev.godwit.engine.foreign.ForeignHistory.LeftOut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Mongock 3 to 5, and mongobee before it. A document an execution of a change; the latest one that
/// was executed or rolled back counts, as in Mongock itself. A change unit's order is not stored.
///
/// Format: `ChangeEntry.java` (fields; a missing state means executed, a missing type execution),
/// `ChangeState.java`, `ChangeEntryService.getExecuted()` (which states count) and `LockEntry.java`
/// of mongock-driver-api and mongock-driver-core 5.5.1. `dbchangelog` is the collection of mongobee
/// and of Mongock before 4.
final class Mongock implements ForeignTool {

  private static final String EXECUTED = "EXECUTED";
  private static final String ROLLED_BACK = "ROLLED_BACK";
  private static final Set<String> COUNTING = Set.of(EXECUTED, ROLLED_BACK);

  /// What Mongock tells changes apart by.
  private record Key(String changeId, String author) {}

  @Override
  public String name() {
    return "mongock";
  }

  @Override
  public List<String> collections() {
    return List.of("mongockChangeLog", "dbchangelog");
  }

  @Override
  public List<String> lockCollections() {
    return List.of("mongockLock");
  }

  @Override
  public boolean hasVersions() {
    return false;
  }

  @Override
  public ForeignHistory read(List<Entry> entries) {
    List<LeftOut> leftOut = new ArrayList<>();
    Map<Key, List<Entry>> executions = new LinkedHashMap<>();
    for (Entry entry : entries) {
      Key key = new Key(entry.required("changeId"), entry.text("author").orElse(""));
      if (entry.isTrue("systemChange")) {
        leftOut.add(new LeftOut(key.changeId, "Mongock's own"));
      } else if (entry.text("type").orElse("EXECUTION").equals("BEFORE_EXECUTION")) {
        leftOut.add(new LeftOut(key.changeId, "first part of a change, counted with it"));
      } else {
        executions.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
      }
    }
    List<ForeignChange> applied = new ArrayList<>();
    executions.forEach(
        (key, ofChange) -> {
          String id = id(key, executions.keySet());
          ofChange.sort(Comparator.comparing(Mongock::at));
          String state = latest(ofChange);
          if (state.equals(EXECUTED)) {
            applied.add(new ForeignChange(id, null, author(key), appliedAt(ofChange)));
          } else {
            leftOut.add(new LeftOut(id, state));
          }
        });
    applied.sort(Comparator.comparing(ForeignChange::at));
    return new ForeignHistory(applied, leftOut);
  }

  /// The change's own id; with the author where two authors use the same.
  private static String id(Key key, Set<Key> all) {
    boolean alone = all.stream().filter(it -> it.changeId.equals(key.changeId)).count() == 1;
    return alone ? key.changeId : key.changeId + "/" + key.author;
  }

  private static String author(Key key) {
    return key.author.isEmpty() ? null : key.author;
  }

  private static String latest(List<Entry> inOrder) {
    return inOrder.reversed().stream()
        .map(Mongock::state)
        .filter(COUNTING::contains)
        .map(state -> state.equals(EXECUTED) ? EXECUTED : "rolled back")
        .findFirst()
        .orElseGet(() -> words(state(inOrder.getLast())));
  }

  private static String words(String state) {
    return switch (state) {
      case "FAILED" -> "failed";
      case "ROLLBACK_FAILED" -> "its rollback failed";
      case "IGNORED" -> "ignored";
      default -> "state " + state;
    };
  }

  /// When it was executed first since it was last rolled back.
  private static Instant appliedAt(List<Entry> inOrder) {
    Instant at = null;
    for (Entry entry : inOrder) {
      if (state(entry).equals(ROLLED_BACK)) {
        at = null;
      } else if (state(entry).equals(EXECUTED) && at == null) {
        at = at(entry);
      }
    }
    return at;
  }

  private static String state(Entry entry) {
    return entry.text("state").orElse(EXECUTED);
  }

  private static Instant at(Entry entry) {
    return entry.requiredDate("timestamp");
  }

  @Override
  public Optional<String> holder(List<Entry> locks, Instant now) {
    return LeasedLock.holder(locks, now);
  }
}
