package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.core.JobView;
import dev.godwit.core.RestoreView;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Gathers everything that is known of a restore.
final class RestoreObserver {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final Clock clock;

  RestoreObserver(KubernetesClient client, JobObserver jobs, Clock clock) {
    this.client = client;
    this.jobs = jobs;
    this.clock = clock;
  }

  RestoreView observe(
      MongoRestore restore, RestoreSurroundings surroundings, Context<MongoRestore> context) {
    Set<Pod> pods = context.getSecondaryResources(Pod.class);
    List<JobView> seen = new ArrayList<>();
    context.getSecondaryResources(Job.class).stream()
        .filter(job -> Marks.isOwnedBy(job, restore))
        .map(job -> jobs.view(job, pods))
        .forEach(seen::add);
    RestoreView view = view(restore, seen, surroundings);
    boolean expected = view.status().phase() == RestorePhase.Restoring;
    if (expected && seen.stream().noneMatch(job -> job.name().equals(view.jobName()))) {
      Job job =
          client
              .batch()
              .v1()
              .jobs()
              .inNamespace(restore.getMetadata().getNamespace())
              .withName(view.jobName())
              .get();
      if (job != null && Marks.isOwnedBy(job, restore)) {
        seen.add(jobs.view(job, pods));
        return view(restore, seen, surroundings);
      }
    }
    return view;
  }

  private RestoreView view(
      MongoRestore restore, List<JobView> seen, RestoreSurroundings surroundings) {
    ObjectMeta meta = restore.getMetadata();
    return new RestoreView(
        clock.instant(),
        meta.getName(),
        meta.getUid(),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        restore.getSpec(),
        restore.getStatus() == null ? MongoRestoreStatus.NEW : restore.getStatus(),
        seen,
        surroundings.candidates(restore),
        surroundings.taken(restore),
        surroundings.others(restore));
  }
}
