package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.scratch.DatabaseCopy;
import dev.godwit.engine.storage.FileSystemStorage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit test`.
@Command(
    name = "test",
    description = {
      "Tries migrations out on a scratch copy of the database, or on fixtures: up, checks, down, a comparison with the state before to the byte, and up again, one migration after the other.",
      "The database itself is only read; the copy has a name of its own on the same server (godwit_test_...) and is dropped at the end. Ends with 1 when a part fails."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit test -f migrations/ --uri-file uri.txt -d shop",
      "  godwit test -f migrations/ -d shop --fixtures fixtures/ --junit report.xml"
    })
final class TestCommand implements Callable<Integer> {

  private static final String PREFIX = "godwit_test_";

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private ManifestFiles files;

  @Option(
      names = "--fixtures",
      paramLabel = "DIR",
      description =
          "Begins with these documents instead of a copy: COLLECTION.json each, or below a folder named like the database; an array, or a document a line, extended JSON.")
  private Path fixtures;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Writes the results as JUnit XML, too.")
  private Path junit;

  @Option(names = "--keep", description = "Leaves the scratch databases for a look at them.")
  private boolean keep;

  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() throws IOException {
    Map<String, List<MigrationFile>> migrations = Databases.group(files.read(connection));
    Optional<Fixtures> documents = Optional.ofNullable(fixtures).map(Fixtures::new);
    List<Trial> trials = new ArrayList<>();
    Path backups = Files.createTempDirectory("godwit-test-");
    try (Connection open = connection.open();
        Progress progress = Progress.of(spec.commandLine())) {
      for (Map.Entry<String, List<MigrationFile>> group : migrations.entrySet()) {
        trials.addAll(trials(open, progress, group.getKey(), group.getValue(), documents, backups));
      }
    } finally {
      delete(backups);
    }
    if (junit != null) {
      JUnitReport.write(junit, trials);
    }
    output.print(trials, () -> table(trials));
    return Trial.allGood(trials) ? ExitCode.DONE : ExitCode.UNEXPECTED;
  }

  private List<Trial> trials(
      Connection open,
      Progress progress,
      String database,
      List<MigrationFile> migrations,
      Optional<Fixtures> documents,
      Path backups) {
    String name = PREFIX + "%08x".formatted(new SecureRandom().nextInt());
    MongoDatabase scratch = open.database(name);
    MongoDatabase was = open.database(name + "_was");
    note("%s: works on the scratch databases %s and %s".formatted(database, name, was.getName()));
    try {
      if (documents.isPresent()) {
        documents.get().load(database, scratch);
      } else {
        new DatabaseCopy(open.database(database), scratch, godwit.stop())
            .run(it -> it.equals(History.COLLECTION) || !isGodwits(it));
      }
      new DatabaseCopy(scratch, was, godwit.stop()).run(it -> !isGodwits(it));
      List<Trial> trials = new ArrayList<>();
      for (MigrationFile migration : migrations) {
        godwit.stop().check();
        MigrationTrial trial =
            new MigrationTrial(
                run.environment(scratch, progress, godwit.stop()),
                was,
                migration,
                new Backups(Optional.of(new FileSystemStorage(backups)), Clock.systemUTC()));
        trials.addAll(
            Trial.allGood(trials) ? trial.run() : trial.skip("an earlier version failed"));
        progress.close();
      }
      return trials;
    } finally {
      if (!keep) {
        scratch.drop();
        was.drop();
      }
    }
  }

  private static boolean isGodwits(String collection) {
    return collection.startsWith(CollectionName.OWN_PREFIX);
  }

  private void note(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("note: " + text);
    err.flush();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String table(List<Trial> trials) {
    Table table = output.table("DATABASE", "VERSION", "PART", "RESULT", "SECONDS", "WHY");
    for (Trial trial : trials) {
      table.row(
          trial.database(),
          trial.version(),
          trial.part().words(),
          table.styled(trial.outcome().style(), trial.outcome().name().toLowerCase(Locale.ROOT)),
          "%.1f".formatted(trial.seconds()),
          trial.message());
    }
    return table.toString();
  }
}
