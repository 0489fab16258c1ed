package dev.godwit.core;

import java.time.Duration;
import java.util.Optional;

/// How long an earlier backup of the same target took, from which follows how long another may
/// take.
///
/// @param backup its name
/// @param bytes of documents that it read
/// @param took from the begin of its Job to its end
public record BackupPace(String backup, long bytes, Duration took) {

  /// A backup tells nothing of one that is so many times as large: most of its time was the start
  /// of its pod.
  private static final long MOST_GROWTH = 10;

  /// What is over sooner needs no estimate.
  private static final Duration LEAST = Duration.ofSeconds(10);

  /// How long a backup of so many bytes may take, with what that follows from; empty when this one
  /// is too small to tell, or the other so short that nobody waits for it.
  Optional<String> describe(long wanted) {
    if (bytes <= 0 || wanted / MOST_GROWTH > bytes) {
      return Optional.empty();
    }
    double ratio = (double) wanted / bytes;
    Duration estimate = Duration.ofSeconds((long) Math.ceil(took.toSeconds() * ratio));
    return estimate.compareTo(LEAST) < 0
        ? Optional.empty()
        : Optional.of(
            "about %s, as backup %s took %s for %sB"
                .formatted(
                    ProgressText.duration(estimate),
                    backup,
                    ProgressText.duration(took),
                    BackupStatusProjection.quantity(bytes)));
  }
}
