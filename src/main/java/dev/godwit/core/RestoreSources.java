package dev.godwit.core;

import dev.godwit.api.v1alpha1.LatestBefore;
import dev.godwit.api.v1alpha1.RestoreSource;
import dev.godwit.api.v1alpha1.RestoredBackup;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which backup a restore restores. What was chosen once is in the status and stays.
final class RestoreSources {

  /// What is known of the source.
  sealed interface Choice {

    /// This one.
    record Chosen(RestoredBackup backup, String message) implements Choice {}

    /// Not yet: somebody or something has to get on first.
    record NotYet(String reason, String message) implements Choice {}

    /// Never.
    record Never(String reason, String message) implements Choice {}
  }

  private RestoreSources() {}

  static Choice choose(RestoreSource source, List<KnownBackup> candidates) {
    if (source.location() != null) {
      return new Choice.Chosen(
          new RestoredBackup(
              null, source.location().storage(), source.location().folder(), null, null),
          "restores '%s'".formatted(source.location().folder()));
    }
    return source.backupRef() == null
        ? latestBefore(source.latestBefore(), candidates)
        : named(source.backupRef().name(), candidates);
  }

  private static Choice named(String name, List<KnownBackup> candidates) {
    Optional<KnownBackup> found =
        candidates.stream().filter(backup -> backup.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      return new Choice.NotYet(
          Reasons.BACKUP_MISSING,
          "MongoBackup %s is missing in this namespace: create it, or restore by source.location"
              .formatted(name));
    }
    KnownBackup backup = found.get();
    if (backup.isUsable()) {
      return new Choice.Chosen(
          chosen(backup, null), "restores backup %s of %s".formatted(name, backup.from()));
    }
    return backup.isLost()
        ? new Choice.Never(
            Reasons.BACKUP_FAILED,
            "MongoBackup %s cannot be restored, nothing was changed: %s"
                .formatted(name, backup.why()))
        : new Choice.NotYet(
            Reasons.WAITING_FOR_BACKUP,
            "waits for MongoBackup %s: %s"
                .formatted(name, backup.message() == null ? "is starting" : backup.message()));
  }

  private static Choice latestBefore(LatestBefore wanted, List<KnownBackup> candidates) {
    Instant time;
    try {
      time = OffsetDateTime.parse(wanted.time()).toInstant();
    } catch (DateTimeParseException wrong) {
      return new Choice.Never(
          Reasons.REFUSED,
          "source.latestBefore.time '%s' is no time; write for example 2026-01-31T15:04:05Z"
              .formatted(wanted.time()));
    }
    Optional<KnownBackup> latest =
        candidates.stream()
            .filter(backup -> backup.isUsable() && !backup.completed().isAfter(time))
            .max(Comparator.comparing(KnownBackup::completed).thenComparing(KnownBackup::name));
    if (latest.isPresent()) {
      KnownBackup backup = latest.get();
      Duration gap = Duration.between(backup.from(), time);
      return new Choice.Chosen(
          chosen(backup, ProgressText.duration(gap)),
          "restores backup %s of %s: writes of the %s before %s may be lost"
              .formatted(backup.name(), backup.from(), ProgressText.duration(gap), wanted.time()));
    }
    return new Choice.Never(
        Reasons.NO_BACKUP_BEFORE,
        "no backup of MongoBackupSchedule %s was complete at %s, nothing was changed; %s"
            .formatted(
                wanted.schedule(),
                wanted.time(),
                candidates.stream()
                    .filter(KnownBackup::isUsable)
                    .min(Comparator.comparing(KnownBackup::completed))
                    .map(
                        oldest ->
                            "the oldest that there is, %s, was complete at %s"
                                .formatted(oldest.name(), oldest.completed()))
                    .orElse("there is none that can be restored")));
  }

  private static RestoredBackup chosen(KnownBackup backup, String gap) {
    return new RestoredBackup(
        backup.name(), backup.storage(), backup.folder(), Conditions.time(backup.from()), gap);
  }
}
