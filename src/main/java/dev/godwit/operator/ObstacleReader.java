package dev.godwit.operator;

import dev.godwit.core.Obstacle;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads from a Job, its pods and their events what keeps a pod from starting. The words are those
/// of Kubernetes' scheduler, kubelet and controllers.
final class ObstacleReader {

  private static final Pattern SECRET = Pattern.compile("secret \"([^\"]+)\" not found");
  private static final Pattern KEY = Pattern.compile("references non-existent secret key: (\\S+)");
  private static final Pattern CONFIG_MAP = Pattern.compile("configmap \"([^\"]+)\" not found");
  private static final Pattern CLAIM =
      Pattern.compile("persistentvolumeclaim \"([^\"]+)\" not found");
  private static final Set<String> IMAGE_REASONS =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");
  private static final Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing");
  private static final Set<String> MOUNT_FAILURES = Set.of("FailedMount", "FailedAttachVolume");

  private final Function<ObjectMeta, List<Event>> eventsOf;

  /// @param eventsOf the events of an object
  ObstacleReader(Function<ObjectMeta, List<Event>> eventsOf) {
    this.eventsOf = eventsOf;
  }

  /// What keeps the newest pod of an active Job from starting; null when nothing is known to.
  ///
  /// @param pods the Job's pods
  Obstacle read(Job job, List<Pod> pods) {
    Optional<Pod> newest =
        pods.stream().max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
    if (newest.isEmpty()) {
      return ofJob(job);
    }
    Pod pod = newest.get();
    if (pod.getStatus() == null || !"Pending".equals(pod.getStatus().getPhase())) {
      return null;
    }
    Obstacle scheduling = ofScheduling(job, pod);
    if (scheduling != null) {
      return scheduling;
    }
    Obstacle container = ofContainer(pod);
    return container != null ? container : ofVolumes(pod);
  }

  private Obstacle ofJob(Job job) {
    return latest(job.getMetadata(), Set.of("FailedCreate"))
        .map(
            message -> {
              if (message.contains("exceeded quota")) {
                return new Obstacle(
                    "QuotaExceeded",
                    "the pod exceeds a ResourceQuota of the namespace: raise it, or lower"
                        + " spec.job.resources: "
                        + message);
              }
              return new Obstacle("PodRefused", "the pod cannot be created: " + message);
            })
        .orElse(null);
  }

  private static Obstacle ofScheduling(Job job, Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(it -> "PodScheduled".equals(it.getType()) && "False".equals(it.getStatus()))
        .map(it -> it.getMessage() == null ? "" : it.getMessage())
        .map(message -> ofScheduling(job, message))
        .findFirst()
        .orElse(null);
  }

  private static Obstacle ofScheduling(Job job, String message) {
    Matcher claim = CLAIM.matcher(message);
    if (claim.find()) {
      return new Obstacle(
          "VolumeMissing",
          "PersistentVolumeClaim %s is missing in namespace %s: create it"
              .formatted(claim.group(1), job.getMetadata().getNamespace()));
    }
    if (message.contains("unbound immediate PersistentVolumeClaims")) {
      return new Obstacle(
          "VolumeUnbound",
          "PersistentVolumeClaim %s has no volume yet: check its storage class and events"
              .formatted(claimOf(job)));
    }
    return new Obstacle("Unschedulable", "no node takes the pod: " + message);
  }

  private static String claimOf(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .filter(volume -> volume.getPersistentVolumeClaim() != null)
        .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
        .findFirst()
        .orElse("of the pod");
  }

  private static Obstacle ofContainer(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(it -> it.getState() != null && it.getState().getWaiting() != null)
        .map(it -> ofWaiting(it.getImage(), it.getState().getWaiting()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  private static Optional<Obstacle> ofWaiting(String image, ContainerStateWaiting waiting) {
    String reason = waiting.getReason();
    if (reason == null || USUAL.contains(reason)) {
      return Optional.empty();
    }
    String said = waiting.getMessage() == null ? reason : waiting.getMessage();
    if (IMAGE_REASONS.contains(reason)) {
      return Optional.of(
          new Obstacle(
              "ImageMissing",
              "image %s cannot be pulled: check GODWIT_RUNNER_IMAGE of the operator (the chart's image) and"
                      .formatted(image)
                  + " spec.job.imagePullSecrets: "
                  + said));
    }
    return Optional.of(new Obstacle(reason, "the container cannot be started: " + said));
  }

  private Obstacle ofVolumes(Pod pod) {
    return latest(pod.getMetadata(), MOUNT_FAILURES)
        .map(message -> ofMount(pod, message))
        .orElse(null);
  }

  private static Obstacle ofMount(Pod pod, String message) {
    String namespace = pod.getMetadata().getNamespace();
    Matcher secret = SECRET.matcher(message);
    if (secret.find()) {
      return new Obstacle(
          "SecretMissing",
          "Secret %s is missing in namespace %s: create it with key %s"
              .formatted(secret.group(1), namespace, keyOf(pod)));
    }
    Matcher key = KEY.matcher(message);
    if (key.find()) {
      return new Obstacle(
          "SecretKeyMissing",
          "Secret %s in namespace %s has no key %s: add it, or set target.secretRef.key"
              .formatted(secretOf(pod), namespace, key.group(1)));
    }
    Matcher configMap = CONFIG_MAP.matcher(message);
    if (configMap.find()) {
      return new Obstacle(
          Obstacle.MANIFEST_MISSING,
          "ConfigMap %s with the manifest was removed; it is created again"
              .formatted(configMap.group(1)));
    }
    return new Obstacle("VolumeNotMounted", "a volume cannot be mounted: " + message);
  }

  private static String secretOf(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .map(volume -> volume.getSecret().getSecretName())
        .findFirst()
        .orElse("of the target");
  }

  private static String keyOf(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getSecret() != null && volume.getSecret().getItems() != null)
        .flatMap(volume -> volume.getSecret().getItems().stream())
        .map(item -> item.getKey())
        .findFirst()
        .orElse("uri");
  }

  private Optional<String> latest(ObjectMeta meta, Set<String> reasons) {
    return eventsOf.apply(meta).stream()
        .filter(event -> reasons.contains(event.getReason()) && event.getMessage() != null)
        .max(Comparator.comparing(ObstacleReader::time))
        .map(Event::getMessage);
  }

  private static String time(Event event) {
    if (event.getLastTimestamp() != null) {
      return event.getLastTimestamp();
    }
    return event.getMetadata().getCreationTimestamp() == null
        ? ""
        : event.getMetadata().getCreationTimestamp();
  }
}
