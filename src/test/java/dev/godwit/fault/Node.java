package dev.godwit.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.JobContract;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RunnerJob;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The test's Job controller and kubelet for one namespace: as real ones, without their rests. Jobs
/// ask for this controller in `spec.managedBy`, so the real one leaves them alone; no scheduler
/// takes the pods.
final class Node implements AutoCloseable {

  static final String CONTROLLER = "godwit.dev/fault-suite";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LAST_FINAL_EXIT = 19;

  /// A Job that was created.
  ///
  /// @param command the runner's
  record Created(String uid, String name, String command) {}

  private final KubernetesClient admin;
  private final String namespace;
  private final Runner runner;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private final List<Created> created = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> failures = new HashMap<>();

  /// The pod of each Job that runs, by the Job's UID.
  private final Map<String, Pod> running = new HashMap<>();

  private final Set<String> stopped = new HashSet<>();
  private final SharedIndexInformer<Job> jobs;
  private volatile boolean demandingSecrets;

  Node(KubernetesClient admin, String namespace, Runner runner) {
    this.admin = admin;
    this.namespace = namespace;
    this.runner = runner;
    jobs = admin.batch().v1().jobs().inNamespace(namespace).inform(new Jobs());
  }

  /// From now on pods wait for their Secrets, too.
  void demandSecrets() {
    demandingSecrets = true;
  }

  /// Every Job that ever was, also those that are gone.
  List<Created> created() {
    return List.copyOf(created);
  }

  /// Of these, the Jobs whose runner ran: a pod without its ConfigMap waits.
  List<Created> ran() {
    return created.stream().filter(it -> ran.contains(it.uid())).toList();
  }

  /// What the node itself could not do.
  List<String> problems() {
    return List.copyOf(problems);
  }

  /// Ends the pod of a Job that runs.
  void end(Job job, Runner.End end) {
    thread.execute(() -> end(job.getMetadata().getUid(), job, end));
  }

  /// Takes the pod of a Job away, as an eviction, the end of a node, or somebody by hand: the
  /// runner is killed, and another pod takes its place.
  void evict(Job job) {
    thread.execute(
        () -> {
          Pod pod = running.remove(job.getMetadata().getUid());
          if (pod != null) {
            remove(pod);
            start(job);
          }
        });
  }

  @Override
  public void close() {
    jobs.close();
    thread.shutdownNow();
  }

  private final class Jobs implements ResourceEventHandler<Job> {

    @Override
    public void onAdd(Job job) {
      thread.execute(() -> guarded(() -> handle(job)));
    }

    @Override
    public void onUpdate(Job before, Job job) {
      thread.execute(() -> guarded(() -> handle(job)));
    }

    @Override
    public void onDelete(Job job, boolean unknown) {
      thread.execute(() -> guarded(() -> stop(job.getMetadata().getUid(), job)));
    }
  }

  private void guarded(Runnable act) {
    try {
      act.run();
    } catch (KubernetesClientException gone) {
      if (gone.getCode() != 404 && gone.getCode() != 409 && !thread.isShutdown()) {
        problems.add(gone.toString());
      }
    } catch (RuntimeException failed) {
      problems.add(failed.toString());
    }
  }

  private void handle(Job job) {
    String uid = job.getMetadata().getUid();
    if (seen.add(uid)) {
      created.add(new Created(uid, job.getMetadata().getName(), command(job)));
    }
    boolean suspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
    if (job.getMetadata().getDeletionTimestamp() != null || suspended) {
      stop(uid, job);
      return;
    }
    if (!running.containsKey(uid) && !isEnded(job)) {
      start(job);
    }
  }

  private void stop(String uid, Job job) {
    Pod pod = running.remove(uid);
    if (pod != null) {
      runner.stop(job);
      remove(pod);
    }
    stopped.add(uid);
  }

  private static boolean isEnded(Job job) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(
                it ->
                    "True".equals(it.getStatus())
                        && ("Complete".equals(it.getType()) || "Failed".equals(it.getType())));
  }

  private void start(Job job) {
    String uid = job.getMetadata().getUid();
    stopped.remove(uid);
    Pod pod = admin.resource(pod(job)).create();
    running.put(uid, pod);
    mount(job, pod);
  }

  /// A pod whose ConfigMap or Secret is missing waits and says so, as the kubelet does.
  private void mount(Job job, Pod pod) {
    String uid = job.getMetadata().getUid();
    if (stopped.contains(uid) || running.get(uid) != pod) {
      return;
    }
    Optional<String> manifest = manifest(job);
    Optional<String> secret = missingSecret(pod);
    if (manifest.isEmpty() || secret.isPresent()) {
      says(
          pod,
          "MountVolume.SetUp failed for volume \"x\" : "
              + secret
                  .map("secret \"%s\" not found"::formatted)
                  .orElse("configmap \"%s\" not found".formatted(RunnerJob.manifest(job))));
      thread.schedule(() -> guarded(() -> mount(job, pod)), 300, TimeUnit.MILLISECONDS);
      return;
    }
    ran.add(uid);
    patch(pod, "Running", "{\"running\":{\"startedAt\":\"%s\"}}".formatted(now()));
    Optional<Runner.End> end;
    try {
      end = runner.run(job, command(job), JSON.readTree(manifest.get()));
    } catch (JsonProcessingException wrong) {
      throw new IllegalStateException(wrong);
    }
    end.ifPresent(it -> end(uid, job, it));
  }

  private Optional<String> manifest(Job job) {
    String name = RunnerJob.manifest(job);
    if (name == null) {
      return Optional.of(
          job.getSpec().getTemplate().getMetadata().getAnnotations().get(Marks.MANIFEST));
    }
    return Optional.ofNullable(admin.configMaps().inNamespace(namespace).withName(name).get())
        .map(it -> it.getData().get(JobContract.MANIFEST_FILE));
  }

  private Optional<String> missingSecret(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> demandingSecrets && volume.getSecret() != null)
        .map(volume -> volume.getSecret().getSecretName())
        .filter(it -> admin.secrets().inNamespace(namespace).withName(it).get() == null)
        .findFirst();
  }

  private void end(String uid, Job job, Runner.End end) {
    Pod pod = running.get(uid);
    if (pod == null) {
      return;
    }
    guarded(
        () -> {
          String now = now();
          patch(
              pod,
              end.exitCode() == 0 ? "Succeeded" : "Failed",
              "{\"terminated\":{\"exitCode\":%d,\"message\":%s,\"startedAt\":\"%s\",\"finishedAt\":\"%s\"}}"
                  .formatted(end.exitCode(), JSON.valueToTree(end.message()), now, now));
          if (end.exitCode() == 0) {
            status(job, now, "succeeded", "SuccessCriteriaMet", "Complete", "CompletionsReached");
          } else if (end.exitCode() <= 2
              || end.exitCode() >= 10 && end.exitCode() <= LAST_FINAL_EXIT) {
            status(job, now, "failed", "FailureTarget", "Failed", "PodFailurePolicy");
          } else if (failures.merge(uid, 1, Integer::sum) > job.getSpec().getBackoffLimit()) {
            status(job, now, "failed", "FailureTarget", "Failed", "BackoffLimitExceeded");
          } else {
            start(job);
          }
        });
  }

  private void status(
      Job job, String now, String count, String first, String second, String reason) {
    String condition =
        "{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"%s\",\"message\":\"%s\","
            + "\"lastTransitionTime\":\"%s\",\"lastProbeTime\":\"%s\"}";
    String completion =
        count.equals("succeeded") ? "\"completionTime\":\"%s\",".formatted(now) : "";
    admin
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(job.getMetadata().getName())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"startTime\":\"%s\",%s\"%s\":1,\"conditions\":[%s,%s]}}"
                .formatted(
                    now,
                    completion,
                    count,
                    condition.formatted(first, reason, reason, now, now),
                    condition.formatted(second, reason, reason, now, now)));
  }

  private Pod pod(Job job) {
    return new PodBuilder()
        .withMetadata(job.getSpec().getTemplate().getMetadata())
        .editMetadata()
        .withGenerateName(job.getMetadata().getName() + "-")
        .withNamespace(namespace)
        .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .endOwnerReference()
        .endMetadata()
        .withSpec(job.getSpec().getTemplate().getSpec())
        .editSpec()
        .withSchedulerName(CONTROLLER.replace('/', '-'))
        .endSpec()
        .build();
  }

  private void patch(Pod pod, String phase, String state) {
    admin
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status":{"phase":"%s","containerStatuses":[{"name":"runner","image":"none",\
            "imageID":"none","ready":false,"restartCount":0,"state":%s}]}}"""
                .formatted(phase, state));
  }

  private void remove(Pod pod) {
    admin
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .withGracePeriod(0)
        .delete();
  }

  private void says(Pod pod, String message) {
    admin
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withGenerateName("mount-")
                .withNamespace(namespace)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withNamespace(namespace)
                .withUid(pod.getMetadata().getUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason("FailedMount")
                .withMessage(message)
                .withLastTimestamp(now())
                .build())
        .create();
  }

  static String command(Job job) {
    return job.getMetadata().getLabels().get("app.kubernetes.io/component");
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
