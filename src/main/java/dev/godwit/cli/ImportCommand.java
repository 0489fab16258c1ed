package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.foreign.ForeignHistory;
import dev.godwit.engine.foreign.ForeignReader;
import dev.godwit.engine.foreign.ForeignTool;
import dev.godwit.engine.foreign.VersionMapping;
import dev.godwit.engine.history.History;
import dev.godwit.engine.run.BaselineRun;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

/// `godwit import`.
@Command(
    name = "import",
    description = {
      "Takes over which changes another tool has applied, so that Godwit goes on from there.",
      "Reads the tool's collections and leaves them as they are; runs nothing. Shows what it",
      "will record and asks. Repeated, it records what has come since."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit import mongock --uri-file uri.txt -d shop --dry-run",
      "  godwit import migrate-mongo --collection migrations --uri-file uri.txt --yes"
    })
final class ImportCommand implements Callable<Integer> {

  @ParentCommand private Godwit godwit;

  @Parameters(
      paramLabel = "TOOL",
      converter = ToolConverter.class,
      completionCandidates = ToolNames.class,
      description = "${COMPLETION-CANDIDATES}.")
  private ForeignTool tool;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Where the tool's history is, when not in its usual place.")
  private Optional<String> collection;

  @Option(
      names = "--lock-collection",
      paramLabel = "NAME",
      description = "Where the tool's lock is, when not in its usual place.")
  private Optional<String> lockCollection;

  @Option(
      names = "--numbered",
      description = {
        "Numbers the changes in the tool's order (0.TOOL.1, 0.TOOL.2, …) though they have",
        "versions. Changes of tools without versions are numbered anyway."
      })
  private boolean numbered;

  @Option(names = "--dry-run", description = "Shows what would be recorded and ends.")
  private boolean dryRun;

  @Mixin private Consent consent;
  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    try (Connection open = connection.open()) {
      MongoDatabase database = open.database();
      ForeignReader reader = new ForeignReader(database, tool);
      ForeignHistory foreign = reader.history(collection);
      Recording recording = new Recording(output);
      recording.add(
          database.getName(),
          new BaselineRun(
              run.environment(database, _ -> {}, godwit.stop()),
              new VersionMapping(tool, numbered).baselines(foreign, History.read(database))),
          foreign.leftOut());
      if (dryRun) {
        return recording.show();
      }
      reader.requireUnlocked(lockCollection);
      return recording.record(consent);
    }
  }

  /// The tools by their names.
  static final class ToolConverter implements ITypeConverter<ForeignTool> {
    @Override
    public ForeignTool convert(String name) {
      return ForeignTool.ALL.stream()
          .filter(tool -> tool.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of %s"
                          .formatted(
                              name,
                              ForeignTool.ALL.stream()
                                  .map(ForeignTool::name)
                                  .collect(Collectors.joining(", ")))));
    }
  }

  /// The names, for help and completion.
  static final class ToolNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ForeignTool.ALL.stream().map(ForeignTool::name).iterator();
    }
  }
}
