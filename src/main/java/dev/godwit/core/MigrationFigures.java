package dev.godwit.core;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.Progress;
import java.time.Instant;
import java.util.OptionalDouble;

/// What a migration's status says in figures.
///
/// @param phase its phase; Pending before the operator has seen it
/// @param since when that began
/// @param progress how much of the running Job is done, 0 to 1
/// @param rate documents a second; only while a run may be changing them
/// @param stalled whether it stays as it is until somebody acts
/// @param verificationFailed whether its checks did not hold and it is not what is wanted
public record MigrationFigures(
    MigrationPhase phase,
    Instant since,
    double progress,
    OptionalDouble rate,
    boolean stalled,
    boolean verificationFailed) {

  /// The figures of a status.
  ///
  /// @param status may be null
  /// @param created when the resource was
  public static MigrationFigures of(MongoMigrationStatus status, Instant created) {
    if (status == null || status.phase() == null) {
      return new MigrationFigures(
          MigrationPhase.Pending, created, 0, OptionalDouble.empty(), false, false);
    }
    MigrationPhase phase = status.phase();
    Progress progress = status.progress();
    boolean percent = progress != null && progress.percent() != null;
    boolean rate = progress != null && progress.rate() != null && phase.isTouching();
    return new MigrationFigures(
        phase,
        status.phases() == null || status.phases().isEmpty()
            ? created
            : Instant.parse(status.phases().getLast().since()),
        percent ? progress.percent() / 100.0 : 0,
        rate ? OptionalDouble.of(progress.rate()) : OptionalDouble.empty(),
        Conditions.isTrue(status.conditions(), Conditions.STALLED),
        MigrationTally.isVerificationFailed(status.failure())
            && !Conditions.isTrue(status.conditions(), Conditions.READY));
  }
}
