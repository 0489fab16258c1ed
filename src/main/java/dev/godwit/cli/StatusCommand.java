package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.LockHolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `godwit status`.
@Command(
    name = "status",
    description = {
      "Says of each version whether it is pending, applied, failed or rolled back; whether its steps were changed since, and which versions of the history are not in the files.",
      "Writes nothing."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit status -f migrations/ --uri-file uri.txt",
      "  godwit status --secret-dir /etc/godwit/target -d shop -o json"
    })
final class StatusCommand implements Callable<Integer> {

  @Mixin private ManifestFiles files;
  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<VersionStatus> all = new ArrayList<>();
    try (Connection open = connection.open()) {
      Map<String, List<MigrationFile>> asked =
          files.given()
              ? Databases.group(files.read(connection))
              : Map.of(open.database().getName(), List.of());
      asked.forEach(
          (database, ofDatabase) -> {
            boolean held = LockHolder.read(open.database(database)).isPresent();
            HistoryState history = History.read(open.database(database));
            all.addAll(statuses(database, ofDatabase, history, held));
          });
    }
    output.print(all, () -> all.isEmpty() ? "No migration has run here." : table(all));
    return ExitCode.DONE;
  }

  private List<VersionStatus> statuses(
      String database, List<MigrationFile> migrations, HistoryState history, boolean held) {
    List<VersionStatus> statuses = new ArrayList<>();
    Set<String> inFiles = new HashSet<>();
    for (MigrationFile migration : migrations) {
      inFiles.add(migration.version());
      statuses.add(VersionStatus.of(database, migration, history, held));
    }
    for (VersionState known : history.versions().values()) {
      if (!inFiles.contains(known.version())) {
        statuses.add(VersionStatus.of(database, known, held, files.given()));
      }
    }
    statuses.sort(Comparator.comparing(VersionStatus::version, NaturalOrder.COMPARATOR));
    return statuses;
  }

  private String table(List<VersionStatus> statuses) {
    Table table =
        output.table("DATABASE", "VERSION", "STATE", "ATTEMPT", "SINCE", "DESCRIPTION", "NOTE");
    for (VersionStatus status : statuses) {
      table.row(
          status.database(),
          status.version(),
          table.styled(status.state().style(), status.state().words()),
          status.attempt(),
          status.since(),
          status.description(),
          status.note());
    }
    return table.toString();
  }
}
