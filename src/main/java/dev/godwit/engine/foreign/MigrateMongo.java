package dev.godwit.engine.foreign;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// migrate-mongo. A document an applied file; a failed one leaves none, one that is taken down is
/// removed. Files are applied in the order of their names. With `useFileHash` a file that was
/// edited is applied, and written, again.
///
/// Format: `lib/actions/up.js` (the document), `lib/actions/down.js`, `lib/env/migrationsDir.js`
/// (the order), `lib/utils/date.js` (names begin with `yyyyMMddHHmmss`) and `lib/utils/lock.js`
/// (while it runs there is a document in the lock's collection) of migrate-mongo 14.0.7.
final class MigrateMongo implements ForeignTool {

  /// `20240101120000-add-index.js`, `003_names.js`; the digits are the version.
  private static final Pattern NUMBERED = Pattern.compile("([0-9]{1,64})(?:[^0-9].*)?");

  @Override
  public String name() {
    return "migrate-mongo";
  }

  @Override
  public List<String> collections() {
    return List.of("changelog");
  }

  @Override
  public List<String> lockCollections() {
    return List.of("changelog_lock");
  }

  @Override
  public boolean hasVersions() {
    return true;
  }

  @Override
  public ForeignHistory read(List<Entry> entries) {
    Map<String, Entry> first = new TreeMap<>();
    for (Entry entry : entries) {
      first.merge(
          entry.required("fileName"),
          entry,
          (one, other) -> at(other).isBefore(at(one)) ? other : one);
    }
    List<ForeignChange> applied = new ArrayList<>();
    first.forEach(
        (file, entry) -> applied.add(new ForeignChange(file, version(file), null, at(entry))));
    return new ForeignHistory(applied, List.of());
  }

  private static String version(String file) {
    Matcher matcher = NUMBERED.matcher(file);
    return matcher.matches() ? matcher.group(1) : null;
  }

  private static Instant at(Entry entry) {
    return entry.requiredDate("appliedAt");
  }

  @Override
  public Optional<String> holder(List<Entry> locks, Instant now) {
    return locks.stream()
        .map(lock -> lock.date("createdAt"))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .map(since -> "since " + since);
  }
}
