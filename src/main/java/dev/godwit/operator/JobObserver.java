package dev.godwit.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.core.JobRole;
import dev.godwit.core.JobView;
import dev.godwit.core.Obstacle;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RunnerJob;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees a Job with its pods: how far it is, what its runner said.
final class JobObserver {

  private static final Logger LOG = LoggerFactory.getLogger(JobObserver.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JOB_NAME = "batch.kubernetes.io/job-name";
  private static final String COMPONENT = "app.kubernetes.io/component";

  private final KubernetesClient client;
  private final ProgressReader progress;
  private final ObstacleReader obstacles;

  JobObserver(KubernetesClient client, RunnerConfig config, Clock clock) {
    this.client = client;
    this.progress = new ProgressReader(client, config.progressInterval(), clock);
    this.obstacles = new ObstacleReader(new EventLookup(client, clock)::of);
  }

  /// A Job as `core` sees it.
  ///
  /// @param all pods, among them those of the Job
  JobView view(Job job, Collection<Pod> all) {
    Optional<JobCondition> end = end(job);
    List<Pod> pods = pods(job, all, end.isPresent());
    boolean deleting = job.getMetadata().getDeletionTimestamp() != null;
    JobView.State state = JobView.State.Active;
    if (end.isPresent()) {
      state = JobView.State.Ended;
    } else if (deleting) {
      state = JobView.State.Stopping;
    } else if (Marks.isSuspended(job)) {
      state = JobView.State.Suspended;
    }
    Optional<Pod> running = pods.stream().filter(JobObserver::isRunning).findFirst();
    RunProgress line = end.isPresent() ? null : running.map(progress::read).orElse(null);
    Obstacle obstacle =
        state == JobView.State.Active && running.isEmpty() ? obstacles.read(job, pods) : null;
    Instant created = Instant.parse(job.getMetadata().getCreationTimestamp());
    return new JobView(
        job.getMetadata().getName(),
        isActing(job),
        state,
        running.isPresent(),
        created,
        end.map(JobCondition::getLastTransitionTime)
            .map(Instant::parse)
            .orElse(end.isPresent() ? created : null),
        end.filter(it -> "Failed".equals(it.getType()))
            .map(it -> it.getReason() + ": " + it.getMessage())
            .orElse(null),
        end.isPresent() ? result(pods, "Complete".equals(end.get().getType())) : null,
        line,
        obstacle,
        job.getSpec().getTtlSecondsAfterFinished() != null,
        RunnerJob.manifest(job));
  }

  /// Jobs and pods come by two watches: where one that has ended has no pod that has, the pods are
  /// asked for, so that its result is not taken for lost.
  private List<Pod> pods(Job job, Collection<Pod> all, boolean ended) {
    List<Pod> known = all.stream().filter(pod -> isOf(pod, job)).toList();
    boolean late =
        ended
            && known.stream()
                .map(JobObserver::runner)
                .flatMap(Optional::stream)
                .noneMatch(it -> it.getState().getTerminated() != null);
    return late
        ? client
            .pods()
            .inNamespace(job.getMetadata().getNamespace())
            .withLabel(JOB_NAME, job.getMetadata().getName())
            .list()
            .getItems()
        : known;
  }

  private static boolean isOf(Pod pod, Job job) {
    return pod.getMetadata().getLabels() != null
        && job.getMetadata().getName().equals(pod.getMetadata().getLabels().get(JOB_NAME));
  }

  /// A Job whose label says nothing known is taken for one that changes the database.
  private static boolean isActing(Job job) {
    String command = job.getMetadata().getLabels().get(COMPONENT);
    return Stream.of(JobRole.values())
        .noneMatch(role -> role.isReading() && role.command().equals(command));
  }

  private static Optional<JobCondition> end(Job job) {
    return job.getStatus() == null
        ? Optional.empty()
        : job.getStatus().getConditions().stream()
            .filter(it -> "True".equals(it.getStatus()))
            .filter(it -> "Complete".equals(it.getType()) || "Failed".equals(it.getType()))
            .findFirst();
  }

  private static boolean isRunning(Pod pod) {
    return runner(pod).map(it -> it.getState().getRunning()).isPresent();
  }

  private static Optional<ContainerStatus> runner(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : pod.getStatus().getContainerStatuses().stream()
            .filter(it -> RunnerJob.CONTAINER.equals(it.getName()) && it.getState() != null)
            .findFirst();
  }

  /// What the last pod that ended said; of a Job that is complete, the last that ended well.
  private static RunResult result(List<Pod> pods, boolean complete) {
    return pods.stream()
        .map(JobObserver::runner)
        .flatMap(Optional::stream)
        .map(it -> it.getState().getTerminated())
        .filter(it -> it != null && (!complete || Integer.valueOf(0).equals(it.getExitCode())))
        .max(Comparator.comparing(it -> it.getFinishedAt() == null ? "" : it.getFinishedAt()))
        .map(ContainerStateTerminated::getMessage)
        .map(JobObserver::parse)
        .orElse(null);
  }

  private static RunResult parse(String message) {
    try {
      RunResult result = JSON.readValue(message, RunResult.class);
      return result == null || result.verdict() == null ? null : result;
    } catch (JsonProcessingException notOurs) {
      LOG.warn("a termination message is not a result: {}", message);
      return null;
    }
  }
}
