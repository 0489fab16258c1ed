package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.run.RunEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A run of a Job: from the files that are mounted to exit code and termination message. SIGTERM
/// lets it end its batch.
final class JobRun {

  /// What is run.
  @FunctionalInterface
  interface Body {
    RunResult run(RunEnvironment environment) throws IOException;
  }

  private final JobOptions options;
  private final StopSignal stop = new StopSignal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = ExitCode.UNEXPECTED;

  private JobRun(JobOptions options) {
    this.options = options;
  }

  /// Runs, and writes the result.
  ///
  /// @param databaseName of the manifest; null for the connection string's
  /// @return the exit code
  /// @throws IOException when a mounted file cannot be read or the result cannot be written
  static int execute(JobOptions options, DatabaseName databaseName, Body body) throws IOException {
    return new JobRun(options).execute(databaseName, body);
  }

  /// Reads the manifest, so that its errors are results, too.
  @FunctionalInterface
  interface DatabaseName {
    String read() throws IOException;
  }

  private int execute(DatabaseName databaseName, Body body) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "godwit-stop"));
    try {
      RunResult result = result(databaseName, body);
      write(result);
      exitCode = result.verdict().exitCode();
      return exitCode;
    } finally {
      ended.countDown();
    }
  }

  private RunResult result(DatabaseName databaseName, Body body) throws IOException {
    try (Connection connection =
        Connection.open(Files.readString(options.uriFile), databaseName.read())) {
      return body.run(
          new RunEnvironment(
              connection.database(),
              new ProgressLines(System.out),
              stop,
              owner(),
              RunEnvironment.DEFAULT_LEASE,
              options.patience));
    } catch (RunException ended) {
      return RunResult.of(ended.verdict(), ended.failure());
    } catch (MongoException failure) {
      failure.printStackTrace();
      return RunResult.of(
          Verdict.Interrupted,
          new Failure(
              "DatabaseFailed",
              null,
              "the database could not be used: %s; check the Secret's connection string and the user's rights (readWrite and dbAdmin on the database)"
                  .formatted(ServerMessage.of(failure))));
    }
  }

  private static String owner() {
    return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("unknown")
        + "/"
        + ProcessHandle.current().pid();
  }

  private void write(RunResult result) throws IOException {
    String message = TerminationMessage.of(result);
    System.out.println(message);
    Path log = options.terminationLog;
    if (Files.exists(log)) {
      Files.writeString(log, message);
    }
  }

  private void stopAndWait() {
    stop.request();
    try {
      ended.await();
      Runtime.getRuntime().halt(exitCode);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
