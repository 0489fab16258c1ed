package dev.godwit.api.v1alpha1;

/// The form of a collection's name in a manifest: no `$`, no NUL, not `system.` or Godwit's own.
public final class CollectionName {

  /// Collections that Godwit keeps for itself start with this.
  public static final String OWN_PREFIX = "_godwit_";

  /// The form that the API server checks; the engine refuses `system.` and Godwit's own names with
  /// the field's path.
  public static final String PATTERN = "^[^$\\x00]+$";

  /// Longest name: MongoDB allows 255 bytes for `database.collection`, Godwit's own suffixes need
  /// room.
  public static final int MAX_LENGTH = 120;

  private CollectionName() {}
}
