package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit wait`.
@Command(
    name = "wait",
    description = {
      "Ends with 0 once a version is applied, or all versions of the files are: an init container that holds an application back.",
      "Needs to read the database only, writes nothing, and asks Kubernetes for nothing. Ends with 20 when the time is over, with what is missing."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit wait --version 004 --secret-dir /etc/godwit/target -d shop",
      "  godwit wait --all -f migrations/ --uri-file uri.txt --timeout 10m"
    })
final class WaitCommand implements Callable<Integer> {

  /// What for.
  static final class What {
    @Option(
        names = "--version",
        paramLabel = "VERSION",
        description = "This version; may be given more than once.")
    private List<String> versions;

    @Option(
        names = "--all",
        description =
            "All versions of the files, but for those whose spec.desiredState is RolledBack.")
    private boolean all;
  }

  /// A version, and its manifest if there is one.
  private record Wanted(String database, String version, Optional<MigrationFile> file) {}

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;

  @ArgGroup(multiplicity = "1")
  private What what;

  @Mixin private ManifestFiles files;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      converter = GoDurationConverter.class,
      description = "How long to wait (as 30s or 1h30m); ${DEFAULT-VALUE} if left out.")
  private Duration timeout;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = GoDurationConverter.class,
      description = "How long between two looks; ${DEFAULT-VALUE} if left out.")
  private Duration interval;

  @Mixin private ConnectionOptions connection;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    long end = System.nanoTime() + timeout.toNanos();
    List<MigrationFile> migrations =
        what.all
            ? ManifestFiles.wanted(files.read(connection), note -> say("note: " + note))
            : List.of();
    try (Connection open = connection.open()) {
      List<Wanted> wanted =
          what.all
              ? migrations.stream()
                  .map(it -> new Wanted(Databases.nameOf(it), it.version(), Optional.of(it)))
                  .toList()
              : what.versions.stream()
                  .map(it -> new Wanted(open.database().getName(), it, Optional.empty()))
                  .toList();
      return await(open, wanted, end);
    }
  }

  private int await(Connection open, List<Wanted> wanted, long end) {
    String last = null;
    while (true) {
      String missing = look(open, wanted);
      if (missing.isEmpty()) {
        say("applied: " + versions(wanted));
        return ExitCode.DONE;
      }
      if (!missing.equals(last)) {
        say("waits for " + missing);
        last = missing;
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        say("not applied within %s: %s".formatted(words(timeout), missing));
        return ExitCode.INTERRUPTED;
      }
      godwit.stop().pause(Duration.ofNanos(Math.min(left, interval.toNanos())));
    }
  }

  /// What is not applied yet, in words; empty when all is.
  private static String look(Connection open, List<Wanted> wanted) {
    List<String> missing = new ArrayList<>();
    Map<String, HistoryState> histories = new java.util.HashMap<>();
    try {
      for (Wanted one : wanted) {
        HistoryState history =
            histories.computeIfAbsent(one.database(), name -> History.read(open.database(name)));
        Optional<VersionState> known =
            history.versions().values().stream()
                .filter(state -> NaturalOrder.sameVersion(state.version(), one.version()))
                .findFirst();
        if (known.filter(WaitCommand::isApplied).isEmpty()) {
          missing.add(
              "%s %s (%s)"
                  .formatted(
                      one.database(),
                      one.version(),
                      known.map(WaitCommand::words).orElse("pending")));
        } else {
          one.file().ifPresent(file -> requireSame(known.get(), file));
        }
      }
      return String.join(", ", missing);
    } catch (MongoException failed) {
      return "the database: " + ServerMessage.of(failed);
    }
  }

  private static void requireSame(VersionState known, MigrationFile file) {
    if (!known.isOf(file.changelog().checksum())) {
      throw RunException.refused(
          "ChecksumMismatch",
          "spec.steps",
          "version %s is applied with other steps than those in %s; waiting longer does not change that"
              .formatted(known.version(), file.where()));
    }
  }

  private static boolean isApplied(VersionState state) {
    return state.state() == VersionState.State.Verified
        || state.state() == VersionState.State.Baselined;
  }

  private static String words(VersionState state) {
    return switch (state.state()) {
      case Running -> "being applied, %d steps done".formatted(state.completed().size());
      case StepFailed, VerificationFailed -> "failed";
      case RollingBack -> "being rolled back";
      case RolledBack -> "rolled back";
      case RollbackFailed -> "its rollback failed";
      case Verified, Baselined -> "applied";
    };
  }

  private static String words(Duration time) {
    return time.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }

  private static String versions(List<Wanted> wanted) {
    return String.join(
        ", ", wanted.stream().map(it -> it.database() + " " + it.version()).toList());
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
