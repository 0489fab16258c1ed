package dev.godwit.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A command-line tool that an environment variable names. A test that needs one which is not there
/// is skipped; in the lab they all are.
public enum Tool {
  /// Helm.
  HELM("GODWIT_LAB_HELM"),
  /// The runner of the chart's own tests.
  HELM_UNITTEST("GODWIT_LAB_HELM_UNITTEST"),
  /// kubectl.
  KUBECTL("GODWIT_LAB_KUBECTL");

  private final String variable;

  Tool(String variable) {
    this.variable = variable;
  }

  /// How a run ended.
  ///
  /// @param exit exit code
  /// @param out what it printed
  /// @param err what it complained about
  public record Result(int exit, String out, String err) {

    /// What it printed.
    ///
    /// @throws IllegalStateException when it failed
    public String outOrFail() {
      if (exit != 0) {
        throw new IllegalStateException("exit %d: %s%s".formatted(exit, out, err));
      }
      return out;
    }
  }

  /// Runs the tool in the folder of the sources.
  public Result run(String... arguments) {
    return runWith("", arguments);
  }

  /// The same with `input` on its standard input.
  public Result runWith(String input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(path());
    command.addAll(List.of(arguments));
    return run(input, command);
  }

  /// Runs a script of the tree that uses this tool.
  public Result script(String script, String... arguments) {
    path();
    List<String> command = new ArrayList<>();
    command.add(script);
    command.addAll(List.of(arguments));
    return run("", command);
  }

  private String path() {
    String path = System.getenv(variable);
    assumeTrue(path != null && Files.isExecutable(Path.of(path)), variable + " names no program");
    return path;
  }

  private static Result run(String input, List<String> command) {
    try {
      Path out = Files.createTempFile("out", ".txt");
      Path err = Files.createTempFile("err", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try (var stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
