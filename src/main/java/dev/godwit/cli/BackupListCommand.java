package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.backup.Catalogue;
import dev.godwit.engine.backup.CatalogueEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `godwit backup list`.
@Command(
    name = "list",
    description =
        "Lists the backups of a storage by what is stored there: no cluster and no database is asked. Oldest first.",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit backup list --backup-dir /backups",
      "  godwit backup list --storage s3://backups/godwit -d shop -o json"
    })
final class BackupListCommand implements Callable<Integer> {

  @Mixin private BackupOptions backup;

  @Option(
      names = {"-d", "--database"},
      paramLabel = "NAME",
      description = "Backups of this database alone.")
  private String database;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      defaultValue = "",
      description = "Backups below this folder of the storage alone.")
  private String folder;

  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<CatalogueEntry> entries =
        new Catalogue(backup.required())
            .list(folder).stream()
                .filter(entry -> database == null || database.equals(entry.database()))
                .toList();
    output.print(entries, () -> entries.isEmpty() ? "There is no backup." : table(entries));
    return ExitCode.DONE;
  }

  private String table(List<CatalogueEntry> entries) {
    Table table =
        output.table(
            "LOCATION",
            "DATABASE",
            "STARTED",
            "DOCUMENTS",
            "SIZE",
            "CONSISTENCY",
            "VERIFIED",
            "NOTE");
    for (CatalogueEntry entry : entries) {
      table.row(
          entry.location().isEmpty() ? "." : entry.location(),
          entry.database(),
          entry.startTime(),
          Quantities.count(entry.documents()),
          Quantities.bytes(entry.size()),
          entry.consistency(),
          entry.verified() == null ? null : entry.verified() ? "yes" : "no",
          entry.problem() == null
              ? null
              : table.styled("red", entry.state() + ": " + entry.problem()));
    }
    return table.toString();
  }
}
