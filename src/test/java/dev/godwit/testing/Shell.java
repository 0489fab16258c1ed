package dev.godwit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Runs programs as a person at a terminal does.
public final class Shell {

  private Shell() {}

  /// What a program said and how it ended.
  ///
  /// @param exit its exit code
  /// @param text standard output and standard error, as they came
  /// @param took how long it ran
  public record Said(int exit, String text, Duration took) {

    /// The text of a program that ended well.
    ///
    /// @throws IllegalStateException with the text when it did not
    public String orThrow() {
      if (exit != 0) {
        throw new IllegalStateException("exit %d: %s".formatted(exit, text));
      }
      return text;
    }
  }

  /// Runs a script of bash, which ends at the first failure; `arguments` are `$0`, `$1` and so on.
  ///
  /// @return what it printed
  /// @throws IllegalStateException when it fails
  public static String bash(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", script));
    command.addAll(List.of(arguments));
    return run(command, Map.of(), Path.of(""), Duration.ofMinutes(15)).orThrow();
  }

  /// Runs a program, and ends it when it takes longer than `patience`.
  ///
  /// @param environment added to this process's
  /// @throws IllegalStateException when it does not end in time
  public static Said run(
      List<String> command, Map<String, String> environment, Path folder, Duration patience) {
    long begin = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toAbsolutePath().toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(process));
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException(
            "not done after %s: %s%n%s".formatted(patience, command, text.get()));
      }
      return new Said(process.exitValue(), text.get(), Duration.ofNanos(System.nanoTime() - begin));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static String read(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
