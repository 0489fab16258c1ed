package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.Decision;
import dev.godwit.core.Hold;
import dev.godwit.core.JobView;
import dev.godwit.core.Scaling;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.QuiesceMark;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.operator.resource.RunnerTask;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The few writes that Godwit makes besides statuses. Each may be repeated.
final class Actuator {

  private final KubernetesClient client;
  private final RunnerConfig config;
  private final JobSlots slots;

  Actuator(KubernetesClient client, RunnerConfig config, JobSlots slots) {
    this.client = client;
    this.config = config;
    this.slots = slots;
  }

  /// Creates a Job and the ConfigMap with its manifest, unless they are there.
  ///
  /// @param jobs those of the same owner: a ConfigMap that one of them has needs no other write
  void start(RunnerTask task, List<JobView> jobs) {
    demandThere(task.owner());
    RunnerJob.manifest(task).ifPresent(manifest -> give(manifest, task.name(), jobs));
    create(RunnerJob.of(task, config));
  }

  /// A ConfigMap that was removed is given back under the name that its Job knows, whatever the
  /// spec has become since.
  private void give(ConfigMap manifest, String job, List<JobView> jobs) {
    Optional<JobView> waiting =
        jobs.stream().filter(it -> it.name().equals(job) && it.isManifestMissing()).findFirst();
    waiting.map(JobView::manifest).ifPresent(manifest.getMetadata()::setName);
    String name = manifest.getMetadata().getName();
    if (waiting.isPresent() || jobs.stream().noneMatch(it -> name.equals(it.manifest()))) {
      create(manifest);
    }
  }

  /// Creates the MongoBackup that `owner` takes, unless it is there.
  void take(HasMetadata owner, MongoBackup backup) {
    demandThere(owner);
    create(backup);
  }

  /// After a start, caches may be filled by an API server that is behind: nothing is created for
  /// what is not there any more, or on its way out. The watch says so soon.
  ///
  /// @throws IllegalStateException if so; it is looked at again, and nothing is told until then
  private void demandThere(HasMetadata owner) {
    ObjectMeta known = owner.getMetadata();
    HasMetadata now = client.resource(owner).get();
    boolean there =
        now != null
            && known.getUid().equals(now.getMetadata().getUid())
            && (known.getDeletionTimestamp() != null
                || now.getMetadata().getDeletionTimestamp() == null);
    if (!there) {
      throw new IllegalStateException(
          "%s %s is gone or going, which the cache does not know yet"
              .formatted(owner.getKind(), known.getName()));
    }
  }

  /// Creates `resource` unless it is there: its name says that it is the same. Another conflict, as
  /// of two who write one quota, says nothing of the kind.
  private void create(HasMetadata resource) {
    try {
      client.resource(resource).create();
    } catch (KubernetesClientException refused) {
      if (!isThere(refused)) {
        throw refused;
      }
    }
  }

  private static boolean isThere(KubernetesClientException refused) {
    return refused.getCode() == HttpURLConnection.HTTP_CONFLICT
        && refused.getStatus() != null
        && "AlreadyExists".equals(refused.getStatus().getReason());
  }

  /// Deletes a Job that runs. It stays until its pods have ended in their grace period.
  void stop(String namespace, String job) {
    delete(namespace, job, DeletionPropagation.FOREGROUND);
  }

  /// Deletes a Job that has ended.
  void forget(String namespace, String job) {
    delete(namespace, job, DeletionPropagation.BACKGROUND);
  }

  private void delete(String namespace, String job, DeletionPropagation how) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(job)
        .withPropagationPolicy(how)
        .delete();
  }

  /// Stops a Job so that it can go on later: Kubernetes ends its pods in their grace period, and
  /// does not count them as failed. The mark tells it from a Job that a queue holds back.
  ///
  /// @param suspend false to let it go on
  void suspend(String namespace, String job, boolean suspend) {
    String patch =
        "{\"metadata\":{\"annotations\":{\"%s\":%s}},\"spec\":{\"suspend\":%b}}"
            .formatted(Marks.SUSPENDED, suspend ? "\"true\"" : "null", suspend);
    patch(client.batch().v1().jobs().inNamespace(namespace).withName(job), patch);
  }

  /// Scales workloads because of `migration`; those that are gone are fine.
  void scale(HasMetadata migration, List<Scaling> scalings) {
    var apps = client.apps();
    String namespace = migration.getMetadata().getNamespace();
    for (Scaling scaling : scalings) {
      String patch = QuiesceMark.patch(scaling, migration);
      String name = scaling.workload().name();
      switch (scaling.workload().kind()) {
        case Deployment -> patch(apps.deployments().inNamespace(namespace).withName(name), patch);
        case StatefulSet -> patch(apps.statefulSets().inNamespace(namespace).withName(name), patch);
      }
    }
  }

  /// Lets Kubernetes remove Jobs some time after their end.
  void expire(String namespace, List<String> jobs) {
    String patch =
        "{\"spec\":{\"ttlSecondsAfterFinished\":%d}}".formatted(config.jobTtl().toSeconds());
    for (String job : jobs) {
      patch(client.batch().v1().jobs().inNamespace(namespace).withName(job), patch);
    }
  }

  /// Changes a resource unless it is gone.
  private static void patch(Resource<?> resource, String patch) {
    try {
      resource.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (KubernetesClientException gone) {
      if (gone.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw gone;
      }
    }
  }

  /// Deletes MongoBackups.
  void deleteBackups(String namespace, List<String> names) {
    for (String name : names) {
      client.resources(MongoBackup.class).inNamespace(namespace).withName(name).delete();
    }
  }

  /// Acts, and returns the decision that holds: when the API server refuses, or too many are at
  /// work, that is to wait where the resource was and to say why.
  <S> Decision<S> orWait(
      HasMetadata resource, Decision<S> decision, Runnable act, Function<Hold, Decision<S>> held) {
    if (!slots.admits(resource, isBeginning(resource, decision))) {
      return held.apply(Hold.crowded(slots.most()));
    }
    try {
      act.run();
      return decision;
    } catch (KubernetesClientException failed) {
      slots.giveBack(resource);
      if (isRefusal(failed)) {
        return held.apply(Hold.refused(failed.getMessage()));
      }
      throw failed;
    }
  }

  /// Whether it may wait for others to end. What leads back to a known state may not.
  private static boolean isBeginning(HasMetadata resource, Decision<?> decision) {
    return switch (decision) {
      case Decision.StartJob<?> start ->
          switch (start.role()) {
            case Plan, Apply, Baseline, Verify -> true;
            case Backup -> resource instanceof MongoBackup it && JobSlots.isOnItsOwn(it);
            case Rollback,
                Restore,
                Delete,
                Discard,
                VerdictAfterPlan,
                VerdictAfterApply,
                VerdictAfterRollback ->
                false;
          };
      case Decision.TakeBackup<?> take -> resource instanceof MongoMigration;
      default -> false;
    };
  }

  /// How long the deletion of a resource waits for its Jobs.
  static Instant deadline(HasMetadata deleted, RunnerConfig config) {
    return Instant.parse(deleted.getMetadata().getDeletionTimestamp())
        .plus(config.deletionDeadline());
  }

  /// Whether nothing can be created any more, because the namespace is being deleted.
  static boolean isNamespaceTerminating(KubernetesClientException failed) {
    return failed.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && failed.getStatus() != null
        && failed.getStatus().getDetails() != null
        && failed.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  /// Whether the API server refuses what was asked for until somebody changes something: a quota, a
  /// policy, a missing right. Repeating soon does not help.
  static boolean isRefusal(KubernetesClientException failed) {
    return failed.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        || failed.getCode() == 422
        || failed.getCode() == HttpURLConnection.HTTP_ENTITY_TOO_LARGE;
  }
}
