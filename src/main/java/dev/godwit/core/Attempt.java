package dev.godwit.core;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;

/// One try at a migration: what is run, and the `retry` at which it is run. Both are in the spec,
/// so that an attempt is known again when the status got lost.
///
/// @param specHash see {@link SpecHash}
/// @param retry `spec.retry`
public record Attempt(String specHash, int retry) {

  /// The attempt that the spec asks for.
  public static Attempt wanted(MongoMigrationSpec spec) {
    return new Attempt(SpecHash.of(spec), spec.retryOrDefault());
  }

  /// The attempt that the status speaks of, or null.
  public static Attempt remembered(MongoMigrationStatus status) {
    return status.phase() == null || status.specHash() == null
        ? null
        : new Attempt(status.specHash(), status.retry() == null ? 0 : status.retry());
  }

  /// The attempt to work on. One that has begun is brought to its end before a raised `retry`
  /// counts; one that has ended gives way to another spec or a raised `retry`.
  public static Attempt current(MongoMigrationSpec spec, MongoMigrationStatus status) {
    Attempt wanted = wanted(spec);
    Attempt known = remembered(status);
    if (known == null || known.equals(wanted) || status.phase() == MigrationPhase.Pending) {
      return wanted;
    }
    boolean sameSpec = known.specHash.equals(wanted.specHash);
    if (!status.phase().isTerminal()) {
      return sameSpec ? known : wanted;
    }
    boolean raised = wanted.retry > known.retry;
    boolean another = !sameSpec && status.phase() != MigrationPhase.RollbackFailed;
    return raised || another ? wanted : known;
  }
}
