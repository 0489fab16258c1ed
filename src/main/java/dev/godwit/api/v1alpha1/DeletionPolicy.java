package dev.godwit.api.v1alpha1;

/// What becomes of the stored data when its MongoBackup is deleted.
public enum DeletionPolicy {
  /// They stay; a MongoRestore finds them by their location.
  Retain,
  /// They are deleted, too.
  Delete
}
