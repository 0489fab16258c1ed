package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.run.RunEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A run of a Job: from the files that are mounted to exit code and termination message.
final class JobRun {

  /// What is run.
  @FunctionalInterface
  interface Body {
    RunResult run(RunEnvironment environment) throws IOException;
  }

  private final JobOptions options;
  private final StopSignal stop;

  private JobRun(JobOptions options, StopSignal stop) {
    this.options = options;
    this.stop = stop;
  }

  /// Runs, and writes the result.
  ///
  /// @param stop lets it end its batch
  /// @param databaseName of the manifest; null for the connection string's
  /// @return the exit code
  /// @throws IOException when a mounted file cannot be read or the result cannot be written
  static int execute(JobOptions options, StopSignal stop, DatabaseName databaseName, Body body)
      throws IOException {
    return new JobRun(options, stop).execute(databaseName, body);
  }

  /// Reads the manifest, so that its errors are results, too.
  @FunctionalInterface
  interface DatabaseName {
    String read() throws IOException;
  }

  private int execute(DatabaseName databaseName, Body body) throws IOException {
    RunResult result = result(databaseName, body);
    write(result);
    return result.verdict().exitCode();
  }

  private RunResult result(DatabaseName databaseName, Body body) throws IOException {
    try (Connection connection =
        Connection.open(Files.readString(options.uriFile), databaseName.read())) {
      return body.run(
          new RunEnvironment(
                  connection.database(),
                  new ProgressLines(System.out::println),
                  stop,
                  LockOwner.job(),
                  RunEnvironment.DEFAULT_LEASE,
                  options.patience)
              .watching(connection.replication()));
    } catch (RunException ended) {
      return RunResult.of(ended.verdict(), ended.failure());
    } catch (MongoException failure) {
      failure.printStackTrace();
      return RunResult.of(
          Verdict.Interrupted, new Failure("DatabaseFailed", null, Endings.message(failure)));
    }
  }

  private void write(RunResult result) throws IOException {
    write(result, options.terminationLog);
  }

  /// Writes a result to standard output and to the termination log, if that is there.
  static void write(RunResult result, Path log) throws IOException {
    String message = TerminationMessage.of(result);
    System.out.println(message);
    if (Files.exists(log)) {
      Files.writeString(log, message);
    }
  }
}
