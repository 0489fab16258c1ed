package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What verifications have shown of a schedule's backups.
///
/// @param proven name of the latest backup that was found good; null for none
/// @param suspect names of those whose latest verification failed, for whatever reason
/// @param verifying name of the one that is being verified; null for none
record Trust(String proven, Set<String> suspect, String verifying) {

  /// Nothing was ever verified.
  static final Trust NONE = new Trust(null, Set.of(), null);

  Trust {
    suspect = Set.copyOf(suspect);
  }

  /// What a status remembers.
  static Trust of(MongoBackupScheduleStatus status) {
    return new Trust(
            status.verifiedBackup(),
            Set.copyOf(Objects.requireNonNullElse(status.suspectBackups(), List.of())),
            null)
        .after(status.verification());
  }

  /// What counts for a schedule. Where nothing is verified any more, no backup is the latest proven
  /// one for ever.
  Trust in(ScheduleView view) {
    return view.verification() > 0 ? this : new Trust(null, suspect, verifying);
  }

  /// With a verification that began or ended.
  ///
  /// @param latest null for none
  Trust after(ScheduledVerification latest) {
    if (latest == null || latest.result() == null) {
      return this;
    }
    Set<String> doubted = new TreeSet<>(suspect);
    return switch (latest.result()) {
      case Running -> new Trust(proven, suspect, latest.backup());
      case Succeeded -> {
        doubted.remove(latest.backup());
        yield new Trust(latest.backup(), doubted, null);
      }
      case Failed -> {
        doubted.add(latest.backup());
        yield new Trust(proven, doubted, null);
      }
    };
  }
}
