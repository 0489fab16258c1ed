package dev.godwit.api.v1alpha1;

/// How a restore puts collections in place.
public enum RestoreMode {
  /// Loads them beside the live ones, compares, and renames: until then the live ones are served,
  /// afterwards they stay under another name.
  Swap,
  /// Drops the live collections once the whole archive has passed its checks, and loads: needs no
  /// room for a second copy, and takes views and time series too.
  Overwrite
}
