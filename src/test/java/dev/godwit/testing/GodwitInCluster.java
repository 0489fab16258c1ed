package dev.godwit.testing;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.Container.ExecResult;

/// Godwit on the cluster of a test run, as a user installs it: the image that `deploy/image/build`
/// makes of `target/quarkus-app`, and `deploy/install.yaml`.
public final class GodwitInCluster {

  /// The operator's namespace.
  public static final String NAMESPACE = "godwit-system";

  private static final String IMAGE = "godwit/godwit:e2e";
  private static final String DEPLOYMENT = "godwit-operator";
  private static final Map<String, String> OPERATOR =
      Map.of("app.kubernetes.io/name", "godwit", "app.kubernetes.io/component", "operator");

  private static boolean built;
  private static boolean started;

  private GodwitInCluster() {}

  /// Builds, loads and installs once a run, and waits until the operator is ready.
  public static synchronized void start() {
    if (started) {
      return;
    }
    Shell.bash(
        "docker save \"$0\" | docker exec -i \"$1\" ctr -n k8s.io images import -",
        image(),
        Cluster.node().getContainerId());
    KubernetesClient admin = Cluster.admin();
    for (HasMetadata item : items()) {
      if (item instanceof Deployment deployment) {
        useImage(deployment);
      }
      admin.resource(item).forceConflicts().serverSideApply();
    }
    awaitReady();
    started = true;
  }

  /// The image of this build, built once a run.
  public static synchronized String image() {
    if (!built) {
      Shell.bash("deploy/image/build \"$0\"", IMAGE);
      built = true;
    }
    return IMAGE;
  }

  /// Waits until an operator's pod is ready.
  public static void awaitReady() {
    deployment()
        .waitUntilCondition(
            it ->
                it != null
                    && it.getStatus() != null
                    && Integer.valueOf(1).equals(it.getStatus().getReadyReplicas())
                    && it.getMetadata()
                        .getGeneration()
                        .equals(it.getStatus().getObservedGeneration()),
            3,
            TimeUnit.MINUTES);
  }

  /// The operator's pods that are not on their way out.
  public static List<Pod> operatorPods() {
    return Cluster.admin()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabels(OPERATOR)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /// The end of the operator's log, of all its pods.
  public static String operatorLog(int lines) {
    StringBuilder log = new StringBuilder();
    for (Pod pod : operatorPods()) {
      log.append("--- ").append(pod.getMetadata().getName()).append('\n');
      log.append(log(pod, lines)).append('\n');
    }
    return log.toString();
  }

  private static String log(Pod pod, int lines) {
    try {
      return Cluster.admin().pods().resource(pod).tailingLines(lines).getLog();
    } catch (KubernetesClientException starting) {
      return "(no log: " + starting.getMessage() + ")";
    }
  }

  /// Resident memory of the operator's process.
  ///
  /// @return MiB
  public static long operatorMemory() {
    String kib =
        inNode(
            "for p in /proc/[0-9]*; do if tr '\\0' ' ' <$p/cmdline 2>/dev/null"
                + " | grep -q -- '-jar /opt/godwit/quarkus-run.jar'; then"
                + " grep VmRSS $p/status | tr -dc 0-9; echo; fi; done | sort -n | tail -n1");
    return Long.parseLong(kib.strip()) / 1024;
  }

  /// Ends the Java process of a pod's container with SIGKILL, as the kernel does when memory runs
  /// out.
  public static void kill(Pod pod) {
    String uid = pod.getMetadata().getUid();
    inNode(
        ("for p in /proc/[0-9]*; do if grep -qE '%s|%s' $p/cgroup 2>/dev/null"
                + " && tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^java '; then"
                + " kill -9 ${p#/proc/}; echo killed; fi; done | grep -q killed")
            .formatted(uid, uid.replace('-', '_')));
  }

  /// Runs a shell script in the node's container.
  ///
  /// @return what it printed
  public static String inNode(String script) {
    try {
      ExecResult result = Cluster.node().execInContainer("sh", "-c", script);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(
            "%s: exit %d: %s".formatted(script, result.getExitCode(), result.getStderr()));
      }
      return result.getStdout();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static Resource<Deployment> deployment() {
    return Cluster.admin().apps().deployments().inNamespace(NAMESPACE).withName(DEPLOYMENT);
  }

  private static List<HasMetadata> items() {
    try (InputStream yaml = Files.newInputStream(Path.of("deploy/install.yaml"))) {
      return Cluster.admin().load(yaml).items();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The image of this build. Its tag stays, so nothing may be pulled.
  private static void useImage(Deployment deployment) {
    for (Container container : deployment.getSpec().getTemplate().getSpec().getContainers()) {
      container.setImage(IMAGE);
      container.getEnv().stream()
          .filter(it -> it.getName().equals("GODWIT_RUNNER_IMAGE"))
          .forEach(it -> it.setValue(IMAGE));
    }
  }
}
