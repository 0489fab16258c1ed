package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.Progress;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The gauges of the restores that there are.
final class RestoreSeries {

  private static final String[] RESOURCE = {"namespace", "name"};

  private final Family restores = Family.of("godwit_restores", "Restores in a phase.", "phase");
  private final Family phases =
      Family.of(
          "godwit_restore_status_phase",
          "1 for the phase that the restore is in, 0 for the others.",
          "namespace",
          "name",
          "phase");
  private final Family progress =
      Family.of(
          "godwit_restore_progress_ratio", "How much of the restore is done, 0 to 1.", RESOURCE);

  private final Family speed =
      Family.of(
          "godwit_restore_bytes_per_second",
          "Bytes of documents that the restore loads a second.",
          RESOURCE);

  private final Map<RestorePhase, Integer> counts = new EnumMap<>(RestorePhase.class);

  void add(MongoRestore restore) {
    MongoRestoreStatus status =
        restore.getStatus() == null ? MongoRestoreStatus.NEW : restore.getStatus();
    RestorePhase is = status.phase() == null ? RestorePhase.Pending : status.phase();
    String namespace = restore.getMetadata().getNamespace();
    String name = restore.getMetadata().getName();
    counts.merge(is, 1, Integer::sum);
    for (RestorePhase phase : RestorePhase.values()) {
      phases.add(phase == is, namespace, name, phase.name());
    }
    Progress done = status.progress();
    progress.add(
        done == null || done.percent() == null ? 0 : done.percent() / 100.0, namespace, name);
    if (is == RestorePhase.Restoring && done != null && done.bytesRate() != null) {
      speed.add(done.bytesRate(), namespace, name);
    }
  }

  List<Family> families() {
    for (RestorePhase phase : RestorePhase.values()) {
      restores.add(counts.getOrDefault(phase, 0), phase.name());
    }
    return List.of(restores, phases, progress, speed);
  }
}
