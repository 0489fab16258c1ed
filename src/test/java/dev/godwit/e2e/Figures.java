package dev.godwit.e2e;

import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Measures while stories run, and prints what it found when the last one is told.
final class Figures {

  private static final List<String> STORIES = Collections.synchronizedList(new ArrayList<>());
  private static final List<Duration> START_UPS = Collections.synchronizedList(new ArrayList<>());
  private static final List<Duration> TO_JOB = Collections.synchronizedList(new ArrayList<>());
  private static final List<Duration> TO_RUNNING = Collections.synchronizedList(new ArrayList<>());
  private static final List<Long> MEMORY = Collections.synchronizedList(new ArrayList<>());
  private static final ThreadLocal<String> STORY = new ThreadLocal<>();
  private static final ThreadLocal<Instant> BEGUN = new ThreadLocal<>();
  private static final ThreadLocal<Instant> APPLIED = new ThreadLocal<>();

  private Figures() {}

  static void begin(ExtensionContext story) {
    story
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Figures.class, key -> (AutoCloseable) Figures::print);
    STORY.set(story.getRequiredTestClass().getSimpleName() + "." + story.getDisplayName());
    BEGUN.set(Instant.now());
    APPLIED.remove();
  }

  /// A manifest is being sent; the first of a story counts.
  static void applied() {
    if (APPLIED.get() == null) {
      APPLIED.set(Instant.now());
    }
  }

  static void toJob(Duration duration) {
    TO_JOB.add(duration);
  }

  static void toRunning(Duration duration) {
    TO_RUNNING.add(duration);
  }

  /// How long ago the first manifest of this story was sent.
  static Duration sinceApplied() {
    return Duration.between(APPLIED.get(), Instant.now());
  }

  static void end(String namespace, boolean good) {
    String line =
        "%-7s %5.1f s  %s"
            .formatted(
                good ? "told" : "FAILED",
                Duration.between(BEGUN.get(), Instant.now()).toMillis() / 1000.0,
                STORY.get());
    STORIES.add(line);
    System.out.println("story " + line);
    Cluster.admin().pods().inNamespace(namespace).list().getItems().forEach(Figures::startUp);
    try {
      MEMORY.add(GodwitInCluster.operatorMemory());
    } catch (RuntimeException restarting) {
      // The operator is just starting again.
    }
  }

  /// From the container's start to the runner's first line. Kubernetes cuts the start to seconds:
  /// half a second is taken off, which is right in the mean.
  private static void startUp(Pod pod) {
    try {
      String log = Cluster.admin().pods().resource(pod).usingTimestamps().getLog();
      ContainerState state = pod.getStatus().getContainerStatuses().getFirst().getState();
      String started =
          state.getRunning() == null
              ? state.getTerminated().getStartedAt()
              : state.getRunning().getStartedAt();
      Instant first =
          OffsetDateTime.parse(log.lines().findFirst().orElseThrow().split(" ")[0]).toInstant();
      START_UPS.add(Duration.between(Instant.parse(started), first).minusMillis(500));
    } catch (KubernetesClientException
        | java.util.NoSuchElementException
        | NullPointerException e) {
      // A pod that never ran or is gone says nothing.
    }
  }

  private static void print() {
    if (STORIES.isEmpty()) {
      return;
    }
    System.out.println("Stories:");
    STORIES.forEach(System.out::println);
    System.out.printf(
        Locale.ROOT,
        "apply to Job created: %s; apply to pod running: %s; runner's start to its first line: %s;"
            + " operator's resident memory in MiB: %s%n",
        describe(TO_JOB),
        describe(TO_RUNNING),
        describe(START_UPS),
        MEMORY);
  }

  private static String describe(List<Duration> durations) {
    List<Double> seconds = durations.stream().map(it -> it.toMillis() / 1000.0).sorted().toList();
    return seconds.isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "median %.2f s (%.2f to %.2f, %d times)",
            seconds.get(seconds.size() / 2),
            seconds.getFirst(),
            seconds.getLast(),
            seconds.size());
  }
}
