package dev.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The user's own tool, as the cluster's administrator: `GODWIT_LAB_KUBECTL`, else the one on the
/// PATH.
public final class Kubectl {

  private static final String VARIABLE = "GODWIT_LAB_KUBECTL";
  private static Path kubeconfig;

  private Kubectl() {}

  /// How a run ended.
  ///
  /// @param exitCode 0 when all went well
  /// @param output what it said, errors included
  public record Result(int exitCode, String output) {

    /// The output of a run that must have gone well.
    public String ok() {
      assertThat(exitCode).as(output).isZero();
      return output;
    }
  }

  /// A run under way.
  public record Running(Process process) {

    public boolean isAlive() {
      return process.isAlive();
    }

    /// Waits for its end.
    public Result end() {
      try (var said = process.getInputStream()) {
        String output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
      } catch (IOException lost) {
        throw new UncheckedIOException(lost);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }

  /// Skips the test where the tool is missing.
  public static void assumeThere() {
    assumeTrue(System.getenv(VARIABLE) != null, "set " + VARIABLE + " to a kubectl");
  }

  public static Result run(String... arguments) {
    return start(arguments).end();
  }

  /// What `kubectl describe` prints.
  public static String describe(String namespace, String kind, String name) {
    return run("--namespace", namespace, "describe", kind, name).output();
  }

  /// Runs a script of bash in which `kubectl` is the user's.
  ///
  /// @return what it printed
  /// @throws IllegalStateException when it fails
  public static String script(String script) {
    String whole = "kubectl() { \"${GODWIT_LAB_KUBECTL:-kubectl}\" \"$@\"; }\n" + script;
    try {
      return Shell.run(
              List.of("bash", "-euo", "pipefail", "-c", whole),
              Map.of("KUBECONFIG", kubeconfig().toString()),
              Path.of(""),
              Duration.ofMinutes(5))
          .orThrow();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  public static Running start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getenv().getOrDefault(VARIABLE, "kubectl"));
    try {
      command.addAll(List.of("--kubeconfig", kubeconfig().toString()));
      command.addAll(List.of(arguments));
      return new Running(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private static synchronized Path kubeconfig() throws IOException {
    if (kubeconfig == null) {
      kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
      kubeconfig.toFile().deleteOnExit();
      Files.writeString(kubeconfig, Cluster.kubeconfig());
    }
    return kubeconfig;
  }
}
