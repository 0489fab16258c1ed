package dev.godwit.core;

import java.time.Instant;
import java.util.List;

/// A MongoBackup of a migration's target, whoever took it.
///
/// @param state how it looks
/// @param verified whether it was read back and compared
/// @param collections what was asked for; empty for the whole database
/// @param began when its run began, or it was created
/// @param position how far Godwit's runs on the database were then; null when that is not known
public record ReusableBackup(
    BackupState state, boolean verified, List<String> collections, Instant began, String position) {

  public ReusableBackup {
    collections = List.copyOf(collections);
  }

  /// Whether it has all of these.
  ///
  /// @param touched names; null for the whole database
  boolean covers(List<String> touched) {
    return collections.isEmpty() || touched != null && collections.containsAll(touched);
  }
}
