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

/// Flamingock, community edition with a MongoDB audit store. A document a state of a change in an
/// execution; the latest one counts.
///
/// Format: `MongoDBSyncAuditor.java` (one document a state), `MongoDBAuditMapper.java`,
/// `AuditEntryFieldConstants.java`, `CommunityPersistenceConstants.java` (names of the collections)
/// and `AuditEntryRequest.java` (states, types) of flamingock-java. First versions wrote `EXECUTED`
/// for `APPLIED`.
final class Flamingock implements ForeignTool {

  private static final Set<String> APPLIED =
      Set.of("APPLIED", "MANUAL_MARKED_AS_APPLIED", "EXECUTED");

  @Override
  public String name() {
    return "flamingock";
  }

  @Override
  public List<String> collections() {
    return List.of("flamingockAuditLog", "flamingockAuditLogs");
  }

  @Override
  public List<String> lockCollections() {
    return List.of("flamingockLocks", "flamingockLock");
  }

  @Override
  public boolean hasVersions() {
    return false;
  }

  @Override
  public ForeignHistory read(List<Entry> entries) {
    List<LeftOut> leftOut = new ArrayList<>();
    Map<String, List<Entry>> states = new LinkedHashMap<>();
    for (Entry entry : entries) {
      String id = entry.required("changeId");
      entry.required("state");
      if (entry.isTrue("systemChange")) {
        leftOut.add(new LeftOut(id, "Flamingock's own"));
      } else if (entry.text("type").filter("MONGOCK_BEFORE"::equals).isPresent()) {
        leftOut.add(new LeftOut(id, "first part of a change, counted with it"));
      } else {
        states.computeIfAbsent(id, _ -> new ArrayList<>()).add(entry);
      }
    }
    List<ForeignChange> applied = new ArrayList<>();
    states.forEach(
        (id, ofChange) -> {
          ofChange.sort(Comparator.comparing(Flamingock::at).thenComparing(Flamingock::isLater));
          Entry latest = ofChange.getLast();
          if (isApplied(latest)) {
            applied.add(
                new ForeignChange(
                    id, null, latest.text("author").orElse(null), appliedAt(ofChange)));
          } else {
            leftOut.add(new LeftOut(id, words(latest.required("state"))));
          }
        });
    applied.sort(Comparator.comparing(ForeignChange::at));
    return new ForeignHistory(applied, leftOut);
  }

  /// A state that ends an execution comes after the one that begins it, also in the same
  /// millisecond.
  private static boolean isLater(Entry entry) {
    return !entry.required("state").equals("STARTED");
  }

  private static boolean isApplied(Entry entry) {
    return APPLIED.contains(entry.required("state"));
  }

  private static String words(String state) {
    return switch (state) {
      case "STARTED" -> "started and never ended";
      case "FAILED" -> "failed";
      case "ROLLED_BACK", "MANUAL_MARKED_AS_ROLLED_BACK" -> "rolled back";
      case "ROLLBACK_FAILED" -> "its rollback failed";
      default -> "state " + state;
    };
  }

  /// When it was applied first since it was last in another state; that it started does not count.
  private static Instant appliedAt(List<Entry> inOrder) {
    Instant at = null;
    for (Entry entry : inOrder) {
      if (isApplied(entry)) {
        at = at == null ? at(entry) : at;
      } else if (isLater(entry)) {
        at = null;
      }
    }
    return at;
  }

  private static Instant at(Entry entry) {
    return entry.requiredDate("timestamp");
  }

  @Override
  public Optional<String> holder(List<Entry> locks, Instant now) {
    return LeasedLock.holder(locks, now);
  }
}
