package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.LockHolder;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `godwit unlock`.
@Command(
    name = "unlock",
    description = {
      "Shows who holds the lock of a database and takes it away, after asking.",
      "It is hardly ever needed: the lock of a run that died is free after 30 seconds. A holder that still lives is shut out and stops; the next run goes on where it was."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit unlock --uri-file uri.txt -d shop",
      "  godwit unlock --uri-file uri.txt -d shop --yes"
    })
final class UnlockCommand implements Callable<Integer> {

  /// For JSON.
  ///
  /// @param holder who had the lock; null when it was free
  /// @param token its fencing token
  /// @param renewedAt when it last said that it lives, ISO 8601
  /// @param released whether it was taken away
  record Answer(String database, String holder, Long token, String renewedAt, boolean released) {}

  @Mixin private Consent consent;
  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    try (Connection open = connection.open()) {
      MongoDatabase database = open.database();
      Optional<LockHolder> holder = LockHolder.read(database);
      if (holder.isEmpty()) {
        output.print(
            new Answer(database.getName(), null, null, null, false),
            () -> "'%s' is not locked.".formatted(database.getName()));
        return ExitCode.DONE;
      }
      boolean released =
          consent.to(
                  "'%s' is locked by %s, which renewed its lease %d s ago (token %d): it is alive; stop that process first."
                      .formatted(
                          database.getName(),
                          holder.get().owner(),
                          Duration.between(holder.get().renewedAt(), holder.get().readAt())
                              .toSeconds(),
                          holder.get().token()))
              && release(database, holder.get());
      output.print(
          new Answer(
              database.getName(),
              holder.get().owner(),
              holder.get().token(),
              holder.get().renewedAt().toString(),
              released),
          () ->
              released
                  ? "The lock was taken from %s; the next run waits until its lease would have ended."
                      .formatted(holder.get().owner())
                  : "The lock was left as it is.");
      return ExitCode.DONE;
    }
  }

  /// False when the holder gave it back meanwhile.
  private static boolean release(MongoDatabase database, LockHolder holder) {
    OptionalLong token = holder.release(database);
    token.ifPresent(newest -> History.fence(database, newest));
    return token.isPresent();
  }
}
