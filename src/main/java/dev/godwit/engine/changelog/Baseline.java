package dev.godwit.engine.changelog;

import dev.godwit.engine.history.Origin;

/// A version that is to count as applied without being run.
///
/// @param checksum of its manifest; empty when there is none
/// @param origin where it comes from
public record Baseline(String version, String checksum, Origin origin) {

  /// A version that a manifest describes and that somebody brought into the database otherwise.
  public static Baseline of(Changelog changelog) {
    return new Baseline(
        changelog.version(),
        changelog.checksum(),
        new Origin(Origin.GODWIT, changelog.version(), null, null));
  }
}
