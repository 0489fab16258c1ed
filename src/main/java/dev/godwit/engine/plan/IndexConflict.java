package dev.godwit.engine.plan;

import dev.godwit.engine.changelog.IndexDefinition;
import java.util.Optional;

/// Two indexes that a collection cannot have both.
///
/// @param there the one that comes first
record IndexConflict(IndexDefinition there, IndexDefinition wanted) {

  /// The conflict, if there is one. The same index under another name is none: it counts as there.
  ///
  /// @param uniqueAndSparseTell whether the server tells indexes apart by `unique` and `sparse`
  static Optional<IndexConflict> between(
      IndexDefinition there, IndexDefinition wanted, boolean uniqueAndSparseTell) {
    boolean clash =
        !there.sameIndex(wanted)
            && (there.name().equals(wanted.name())
                || there.conflictsWith(wanted, uniqueAndSparseTell));
    return clash ? Optional.of(new IndexConflict(there, wanted)) : Optional.empty();
  }

  /// As a finding.
  ///
  /// @param owner who has the first one: `'audit_logs' has the index`
  /// @param own whether the same migration makes the first one
  Finding finding(String path, String owner, boolean own) {
    return Finding.error(
        "IndexConflict",
        path,
        "%s '%s' %s, which cannot be beside '%s' %s: same %s, other options; %s"
            .formatted(
                owner,
                there.name(),
                there.describe(),
                wanted.name(),
                wanted.describe(),
                there.conflictsWith(wanted) ? "keys" : "name",
                wayOut(own)));
  }

  private String wayOut(boolean own) {
    if (!there.conflictsWith(wanted)) {
      return "give it another name, or drop '%s' first".formatted(there.name());
    }
    if (there.expires() && !wanted.expires()) {
      return "leave this one out: an index with expireAfterSeconds serves queries too";
    }
    if (wanted.expires() && !there.expires()) {
      return own
          ? "leave '%s' out: an index with expireAfterSeconds serves queries too"
              .formatted(there.name())
          : "drop '%s' in a step before: an index with expireAfterSeconds serves queries too"
              .formatted(there.name());
    }
    return own
        ? "leave one of them out"
        : "drop '%s' in a step before, or leave this one out".formatted(there.name());
  }
}
