package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import java.util.List;

/// How a dump is taken.
///
/// @param collections names, or empty for all
/// @param parallelism how many readers work at once, at least 1
/// @param consistency whether one point in time for all collections is a condition
public record DumpOptions(
    List<String> collections,
    Compression compression,
    BackupVerification verification,
    int parallelism,
    ConsistencyPolicy consistency) {

  public DumpOptions {
    collections = List.copyOf(collections);
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism is %d".formatted(parallelism));
    }
  }
}
