package dev.godwit.e2e;

import dev.godwit.testing.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The user's own tool: `GODWIT_LAB_KUBECTL`, else the one on the PATH.
final class Kubectl {

  private Kubectl() {}

  /// What `kubectl describe` prints.
  static String describe(String namespace, String kind, String name) {
    return run("--namespace", namespace, "describe", kind, name);
  }

  /// Runs a script in which `kubectl` is the user's.
  ///
  /// @return what it printed
  /// @throws AssertionError when it fails
  static String script(String script) {
    try {
      Path kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
      Files.writeString(kubeconfig, Cluster.kubeconfig());
      ProcessBuilder builder =
          new ProcessBuilder(
              "bash",
              "-euo",
              "pipefail",
              "-c",
              "kubectl() { \"${GODWIT_LAB_KUBECTL:-kubectl}\" \"$@\"; }\n" + script);
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      Process process = builder.redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      Files.delete(kubeconfig);
      if (exit != 0) {
        throw new AssertionError("exit %d of%n%s%n%s".formatted(exit, script, said));
      }
      return said;
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static String run(String... arguments) {
    try {
      Path kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
      Files.writeString(kubeconfig, Cluster.kubeconfig());
      List<String> command = new ArrayList<>();
      command.add(System.getenv().getOrDefault("GODWIT_LAB_KUBECTL", "kubectl"));
      command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
      command.addAll(List.of(arguments));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      Files.delete(kubeconfig);
      return said;
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
