package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import java.util.List;

/// How a dump is taken.
///
/// @param collections names, or empty for all
/// @param parallelism how many readers work at once, at least 1
public record DumpOptions(
    List<String> collections,
    Compression compression,
    BackupVerification verification,
    int parallelism) {

  /// Readers when nobody says how many.
  public static final int DEFAULT_PARALLELISM = 4;

  public DumpOptions {
    collections = List.copyOf(collections);
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism is %d".formatted(parallelism));
    }
  }
}
