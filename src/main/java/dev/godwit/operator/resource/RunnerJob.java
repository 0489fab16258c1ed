package dev.godwit.operator.resource;

import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.JobRole;
import dev.godwit.operator.RunnerConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The Job that runs the engine. Its pod holds the target's Secret and no Kubernetes token; it fits
/// into a namespace with the restricted Pod Security Standard.
public final class RunnerJob {

  public static final String CONTAINER = "runner";

  private static final String MANIFEST = "manifest";
  private static final String TARGET = "target";
  private static final String TMP = "tmp";

  /// Rollback and restore are the way out: they get more patience than the run that needed them.
  private static final int LEAST_ROLLBACK_RETRIES = 20;

  private static final int LEAST_VERDICT_RETRIES = 6;

  /// Its result is heard first, also by an operator that is away for a while.
  private static final Duration LEAST_TIME_TO_LIVE = Duration.ofHours(1);

  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  private final RunnerTask task;
  private final RunnerConfig config;
  private final JobSettings settings;
  private final Manifest manifest;

  private RunnerJob(RunnerTask task, RunnerConfig config) {
    this.task = task;
    this.config = config;
    this.settings = task.settings();
    this.manifest = new Manifest(task);
  }

  /// The Job for `task`.
  public static Job of(RunnerTask task, RunnerConfig config) {
    return new RunnerJob(task, config).build();
  }

  /// The ConfigMap that the Job for `task` needs; empty when it needs none.
  public static Optional<ConfigMap> manifest(RunnerTask task) {
    return new Manifest(task).configMap();
  }

  /// Name of the ConfigMap that a Job needs; null when it needs none.
  public static String manifest(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(MANIFEST) && volume.getConfigMap() != null)
        .map(volume -> volume.getConfigMap().getName())
        .findFirst()
        .orElse(null);
  }

  private Job build() {
    return new JobBuilder()
        .withMetadata(metadata(true))
        .withNewSpec()
        .withParallelism(1)
        .withCompletions(1)
        .withBackoffLimit(backoffLimit())
        .withActiveDeadlineSeconds(activeDeadline())
        .withTtlSecondsAfterFinished(timeToLive())
        .withPodReplacementPolicy("Failed")
        .withPodFailurePolicy(podFailurePolicy())
        .withNewTemplate()
        .withMetadata(metadata(false))
        .withSpec(podSpec())
        .endTemplate()
        .endSpec()
        .build();
  }

  private ObjectMeta metadata(boolean ofJob) {
    Map<String, String> labels = new LinkedHashMap<>();
    Map<String, String> annotations = new LinkedHashMap<>();
    if (settings.labels() != null) {
      labels.putAll(settings.labels());
    }
    if (settings.annotations() != null) {
      annotations.putAll(settings.annotations());
    }
    labels.put("app.kubernetes.io/name", "godwit-runner");
    labels.put("app.kubernetes.io/component", task.role().command());
    labels.putAll(Marks.labels(task.owner()));
    annotations.putAll(Marks.annotations(task.owner()));
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder().withLabels(labels).withAnnotations(annotations);
    if (ofJob) {
      meta.withName(task.name())
          .withNamespace(task.owner().getMetadata().getNamespace())
          .withOwnerReferences(Marks.ownerReference(task.owner()));
    } else {
      meta.addToAnnotations(manifest.annotations());
    }
    return meta.build();
  }

  private int backoffLimit() {
    int wanted = settings.backoffLimitOrDefault();
    return switch (task.role()) {
      case Rollback, Restore -> Math.max(wanted, LEAST_ROLLBACK_RETRIES);
      case VerdictAfterPlan, VerdictAfterApply, VerdictAfterRollback ->
          Math.max(wanted, LEAST_VERDICT_RETRIES);
      case Plan, Apply, Backup, Verify, Delete, Discard, Baseline -> wanted;
    };
  }

  /// What is read from a database can be read again, so its Job may go by itself; likewise one that
  /// applies: what became of it is in the history. The result of another stays until it is in a
  /// status: an operator that was away must find it.
  private Integer timeToLive() {
    return switch (task.role()) {
      case Plan, Apply, VerdictAfterPlan, VerdictAfterApply, VerdictAfterRollback ->
          (int) Math.max(LEAST_TIME_TO_LIVE.toSeconds(), config.jobTtl().toSeconds());
      case Backup, Rollback, Restore, Verify, Delete, Discard, Baseline -> null;
    };
  }

  private Long activeDeadline() {
    return switch (task.role()) {
      case Plan, Verify -> Math.max(1, settings.activeDeadlineOrDefault().toSeconds());
      case Apply -> Math.max(1, settings.activeDeadlineOrDefault().plus(soak()).toSeconds());
      default -> null;
    };
  }

  /// The checks that go on afterwards have time of their own.
  private Duration soak() {
    return task.owner() instanceof MongoMigration migration
            && migration.getSpec().soakOrNull() != null
        ? migration.getSpec().soakOrNull().length()
        : Duration.ZERO;
  }

  /// A verdict, an unexpected error and wrong usage end the Job; a disruption does not count.
  private static PodFailurePolicy podFailurePolicy() {
    List<Integer> ends =
        IntStream.concat(
                IntStream.of(ExitCode.UNEXPECTED, ExitCode.USAGE), IntStream.rangeClosed(10, 19))
            .boxed()
            .toList();
    return new PodFailurePolicyBuilder()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(ends)
        .endOnExitCodes()
        .endRule()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .build();
  }

  private PodSpec podSpec() {
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withServiceAccountName(config.serviceAccount().orElse(null))
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(config.terminationGrace().toSeconds())
        .withNodeSelector(settings.nodeSelector())
        .withTolerations(settings.tolerations())
        .withAffinity(settings.affinity())
        .withPriorityClassName(settings.priorityClassName())
        .withImagePullSecrets(settings.imagePullSecrets())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(user())
        .withRunAsGroup(user())
        .withFsGroup(user())
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withVolumes(volumes())
        .withContainers(container())
        .build();
  }

  /// Null: the platform picks one.
  private Long user() {
    return config.user() == 0 ? null : config.user();
  }

  private Container container() {
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(config.image())
        .withImagePullPolicy(config.imagePullPolicy())
        .withCommand(command())
        .withArgs(arguments())
        .withResources(settings.resources())
        .withTerminationMessagePath(JobContract.TERMINATION_LOG)
        .withTerminationMessagePolicy("File")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withVolumeMounts(mounts())
        .build();
  }

  /// A run that only reads has ended before the optimizing compiler pays: without, it starts
  /// faster.
  private List<String> command() {
    List<String> command = new ArrayList<>(config.command());
    boolean isShort =
        switch (task.role()) {
          case Plan, VerdictAfterPlan, VerdictAfterApply, VerdictAfterRollback -> true;
          case Apply, Backup, Rollback, Restore, Verify, Delete, Discard, Baseline -> false;
        };
    if (isShort && command.getFirst().equals("java")) {
      command.add(1, QUICK_START);
    }
    return command;
  }

  /// No value of the user's but names that the API server has checked: Kubernetes turns `$$` in
  /// arguments into `$`.
  private List<String> arguments() {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("job", task.role().command()));
    if (task.role() != JobRole.Delete) {
      args.addAll(
          List.of("--manifest", JobContract.MANIFEST_DIR + "/" + JobContract.MANIFEST_FILE));
    }
    if (task.secret() != null) {
      args.addAll(
          List.of("--uri-file", JobContract.TARGET_DIR + "/" + task.secret().keyOrDefault()));
    }
    if (task.role() == JobRole.Apply && task.position() != null) {
      args.addAll(List.of("--backup-position", task.position()));
    }
    if (usesStorage()) {
      args.addAll(storage().arguments());
      args.add(task.role() == JobRole.Rollback ? "--backup-location" : "--location");
      args.add(task.location());
    }
    return args;
  }

  private boolean usesStorage() {
    return task.storage() != null
        && task.location() != null
        && switch (task.role()) {
          case Backup, Rollback, Restore, Verify, Delete -> true;
          case Plan,
              Apply,
              Baseline,
              VerdictAfterPlan,
              VerdictAfterApply,
              VerdictAfterRollback,
              Discard ->
              false;
        };
  }

  private StorageAccess storage() {
    return usesStorage() ? StorageAccess.of(task.storage(), !writesStorage()) : StorageAccess.NONE;
  }

  private List<Volume> volumes() {
    Stream<Volume> target = task.secret() == null ? Stream.empty() : Stream.of(target());
    Volume tmp = new VolumeBuilder().withName(TMP).withNewEmptyDir().endEmptyDir().build();
    return Stream.of(
            Stream.of(manifest.volume(MANIFEST)),
            target,
            Stream.of(tmp),
            storage().volumes().stream())
        .flatMap(volumes -> volumes)
        .toList();
  }

  private Volume target() {
    String key = task.secret().keyOrDefault();
    return new VolumeBuilder()
        .withName(TARGET)
        .withNewSecret()
        .withSecretName(task.secret().name())
        .withItems(new KeyToPath(key, null, key))
        .withDefaultMode(0440)
        .endSecret()
        .build();
  }

  private List<VolumeMount> mounts() {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount(MANIFEST, JobContract.MANIFEST_DIR, true).build());
    if (task.secret() != null) {
      mounts.add(mount(TARGET, JobContract.TARGET_DIR, true).build());
    }
    mounts.add(mount(TMP, "/tmp", false).build());
    mounts.addAll(storage().mounts());
    return mounts;
  }

  private boolean writesStorage() {
    return task.role() == JobRole.Backup || task.role() == JobRole.Delete;
  }

  private static VolumeMountBuilder mount(String name, String path, boolean readOnly) {
    VolumeMountBuilder mount = new VolumeMountBuilder().withName(name).withMountPath(path);
    return readOnly ? mount.withReadOnly(true) : mount;
  }
}
