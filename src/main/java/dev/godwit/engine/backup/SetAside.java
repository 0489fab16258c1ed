package dev.godwit.engine.backup;

/// A collection that a restore renamed; nothing of it was dropped.
///
/// @param collection its name before
/// @param aside its name now
/// @param reason why
public record SetAside(String collection, String aside, Reason reason) {

  /// Why a collection was set aside.
  public enum Reason {
    /// The restored collection took its place.
    Replaced,
    /// It did not exist when the backup was taken.
    NotInBackup,
    /// Somebody created it while its predecessor was being replaced.
    CreatedMeanwhile
  }
}
