package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the Jobs of a migration run. No containers, volumes or commands of the user's: whoever may
/// create a MongoMigration must not gain more than that.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record JobSettings(
    @JsonPropertyDescription(
            "How often a Job's pod that crashed or was evicted is replaced. 3 if left out, unless the"
                + " operator's defaults say otherwise.")
        @Min(0)
        @Max(100)
        Integer backoffLimit,
    @JsonPropertyDescription(
            "How long a plan or apply Job may run, or one that verifies a stored backup; rollbacks and"
                + " backups have no deadline. 6h if left out, unless the operator's defaults say"
                + " otherwise.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String activeDeadline,
    @JsonPropertyDescription("Resources of the runner's container.") ResourceRequirements resources,
    @JsonPropertyDescription("Nodes that the pods may run on.") Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints that the pods tolerate.") @Size(max = 32)
        List<Toleration> tolerations,
    @JsonPropertyDescription("Affinity of the pods.") Affinity affinity,
    @JsonPropertyDescription("Labels added to Jobs and pods.") Map<String, String> labels,
    @JsonPropertyDescription("Annotations added to Jobs and pods.") Map<String, String> annotations,
    @JsonPropertyDescription("PriorityClass of the pods.") @Size(min = 1, max = 253)
        String priorityClassName,
    @JsonPropertyDescription("Secrets that hold the credentials of the image registry.")
        @Size(max = 16)
        List<LocalObjectReference> imagePullSecrets) {

  public static final JobSettings DEFAULT =
      new JobSettings(null, null, null, null, null, null, null, null, null, null);

  /// How often a pod is replaced: 3 unless said otherwise.
  public int backoffLimitOrDefault() {
    return backoffLimit == null ? 3 : backoffLimit;
  }

  /// How long an apply Job or a verification may run: 6 h unless said otherwise.
  public Duration activeDeadlineOrDefault() {
    return activeDeadline == null ? Duration.ofHours(6) : GoDuration.parse(activeDeadline);
  }

  /// These settings where they are given, `fallback`'s elsewhere. Labels and annotations of both
  /// are put together; a key of these wins.
  public JobSettings orElse(JobSettings fallback) {
    return new JobSettings(
        first(backoffLimit, fallback.backoffLimit),
        first(activeDeadline, fallback.activeDeadline),
        first(resources, fallback.resources),
        first(nodeSelector, fallback.nodeSelector),
        first(tolerations, fallback.tolerations),
        first(affinity, fallback.affinity),
        both(labels, fallback.labels),
        both(annotations, fallback.annotations),
        first(priorityClassName, fallback.priorityClassName),
        first(imagePullSecrets, fallback.imagePullSecrets));
  }

  private static <T> T first(T mine, T other) {
    return mine == null ? other : mine;
  }

  private static Map<String, String> both(Map<String, String> mine, Map<String, String> other) {
    if (mine == null || other == null) {
      return first(mine, other);
    }
    Map<String, String> all = new LinkedHashMap<>(other);
    all.putAll(mine);
    return all;
  }
}
