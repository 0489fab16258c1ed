package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.core.Scaling;
import dev.godwit.core.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/// Annotations on a workload that a migration scaled to zero: whose it is, and how many replicas it
/// had. They are written, and taken off, in the same request that scales.
public final class QuiesceMark {

  public static final String UID = "godwit.dev/quiesced-uid";
  public static final String BY = "godwit.dev/quiesced-by";
  public static final String REPLICAS = "godwit.dev/quiesced-replicas";

  private QuiesceMark() {}

  /// The mark on `workload`; null when there is none, or somebody changed it so that it says
  /// nothing.
  public static Workload.Mark on(HasMetadata workload) {
    Map<String, String> annotations = workload.getMetadata().getAnnotations();
    if (annotations == null || !annotations.containsKey(UID)) {
      return null;
    }
    try {
      return new Workload.Mark(
          annotations.get(UID),
          annotations.getOrDefault(BY, "of another name"),
          Integer.parseInt(annotations.getOrDefault(REPLICAS, "")));
    } catch (NumberFormatException changed) {
      return null;
    }
  }

  /// The JSON merge patch for `scaling`, because of `migration`. It is refused when the workload
  /// has changed since it was seen.
  public static String patch(Scaling scaling, HasMetadata migration) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode meta = patch.putObject("metadata").put("resourceVersion", scaling.version());
    ObjectNode annotations = meta.putObject("annotations");
    if (scaling.isDown()) {
      annotations
          .put(UID, migration.getMetadata().getUid())
          .put(BY, migration.getMetadata().getName())
          .put(REPLICAS, scaling.remember().toString());
    } else {
      annotations.putNull(UID).putNull(BY).putNull(REPLICAS);
    }
    if (scaling.replicas() != null) {
      patch.putObject("spec").put("replicas", scaling.replicas());
    }
    return patch.toString();
  }
}
