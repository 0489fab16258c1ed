package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.backup.Catalogue;
import dev.godwit.engine.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `godwit backup delete`.
@Command(
    name = "delete",
    description = {
      "Deletes backups, finished or not, and what a crash left of them. Other files in their folders stay. Asks first.",
      "A migration whose way back is one of them cannot be rolled back by it any more."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit backup delete --backup-dir /backups --location shop/b1",
      "  godwit backup delete --storage s3://backups/godwit --location shop/b1 --location shop/b2 --yes"
    })
final class BackupDeleteCommand implements Callable<Integer> {

  /// For JSON.
  ///
  /// @param deleted folders of backups that were there
  /// @param missing folders that had none
  record Answer(List<String> deleted, List<String> missing) {}

  @Mixin private BackupOptions backup;

  @Option(
      names = "--location",
      required = true,
      paramLabel = "FOLDER",
      description = "Folder of a backup in the storage; may be given more than once.")
  private List<String> locations;

  @Mixin private Consent consent;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Storage storage = backup.required();
    if (!consent.to(
        "Deletes from %s: %s.".formatted(storage.describe(), String.join(", ", locations)))) {
      output.say("Nothing was done.");
      return ExitCode.DONE;
    }
    Catalogue catalogue = new Catalogue(storage);
    Answer answer = new Answer(new ArrayList<>(), new ArrayList<>());
    for (String location : locations) {
      (catalogue.delete(location) ? answer.deleted() : answer.missing()).add(location);
    }
    output.print(answer, () -> text(answer));
    return ExitCode.DONE;
  }

  private static String text(Answer answer) {
    return (answer.deleted().isEmpty()
            ? "Nothing was deleted."
            : "Deleted: %s.".formatted(String.join(", ", answer.deleted())))
        + (answer.missing().isEmpty()
            ? ""
            : " There was no backup at: %s.".formatted(String.join(", ", answer.missing())));
  }
}
