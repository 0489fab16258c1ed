package dev.godwit.engine.foreign;

import java.util.List;

/// What another tool's history says.
///
/// @param applied each change once, in the tool's order
/// @param leftOut what does not count as applied
public record ForeignHistory(List<ForeignChange> applied, List<LeftOut> leftOut) {

  /// An entry that does not count as applied.
  ///
  /// @param id what the tool calls it
  /// @param reason why, in a few words; the same for entries of the same kind
  public record LeftOut(String id, String reason) {}
}
