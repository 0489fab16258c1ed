package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Labels and annotations by which Godwit knows its own. They also hold when somebody strips owner
/// references. Nothing of the owner's labels and annotations is copied: a GitOps tool that tracks
/// by label would take what carries them for its own and prune it.
public final class Marks {

  public static final String OWNER_KIND = "godwit.dev/owner-kind";
  public static final String OWNER_UID = "godwit.dev/owner-uid";
  public static final String OWNER_NAME = "godwit.dev/owner-name";
  public static final String SPEC_HASH = "godwit.dev/spec-hash";
  public static final String RETRY = "godwit.dev/retry";

  /// On a Job that was stopped because its migration is suspended.
  public static final String SUSPENDED = "godwit.dev/suspended";

  /// On a pod: what it runs.
  public static final String MANIFEST = "godwit.dev/manifest";

  /// Of every MongoBackup: the operator's framework would add it by a write of its own.
  static final String BACKUP_FINALIZER = "mongobackups.godwit.dev/finalizer";

  private Marks() {}

  /// Labels of what belongs to `owner`.
  public static Map<String, String> labels(HasMetadata owner) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("app.kubernetes.io/managed-by", "godwit");
    labels.put(OWNER_KIND, owner.getKind());
    labels.put(OWNER_UID, owner.getMetadata().getUid());
    return labels;
  }

  /// Annotations of what belongs to `owner`. The name is no label: it may be longer than those.
  public static Map<String, String> annotations(HasMetadata owner) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(OWNER_NAME, owner.getMetadata().getName());
    return annotations;
  }

  /// Makes Kubernetes remove what belongs to `owner` with it.
  public static OwnerReference ownerReference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .build();
  }

  /// Selects what belongs to resources of a kind.
  public static String selector(Class<? extends HasMetadata> ownerKind) {
    return OWNER_KIND + "=" + HasMetadata.getKind(ownerKind);
  }

  /// Whether `resource` belongs to `owner`.
  public static boolean isOwnedBy(HasMetadata resource, HasMetadata owner) {
    Map<String, String> labels = resource.getMetadata().getLabels();
    return labels != null && owner.getMetadata().getUid().equals(labels.get(OWNER_UID));
  }

  /// Hash of the spec that `resource` was made for; empty when it does not say so.
  public static String specHash(HasMetadata resource) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(SPEC_HASH, "");
  }

  /// The `retry` at which `resource` was made; -1, which no attempt has, when it does not say so or
  /// somebody changed it.
  public static int retry(HasMetadata resource) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    String retry = annotations == null ? null : annotations.get(RETRY);
    try {
      return retry == null ? -1 : Integer.parseInt(retry);
    } catch (NumberFormatException changed) {
      return -1;
    }
  }

  /// Whether Godwit stopped this Job because its migration is suspended.
  public static boolean isSuspended(Job job) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    return Boolean.TRUE.equals(job.getSpec().getSuspend())
        && annotations != null
        && "true".equals(annotations.get(SUSPENDED));
  }

  /// Name of the owner of `resource`; null when it has none.
  public static String ownerName(HasMetadata resource) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(OWNER_NAME);
  }

  /// Whether the owner of `resource` is of a kind.
  public static boolean isOfKind(HasMetadata resource, Class<? extends HasMetadata> ownerKind) {
    Map<String, String> labels = resource.getMetadata().getLabels();
    return labels != null && HasMetadata.getKind(ownerKind).equals(labels.get(OWNER_KIND));
  }

  /// The owner of `resource`.
  public static Set<ResourceID> owner(HasMetadata resource) {
    String name = ownerName(resource);
    return name == null
        ? Set.of()
        : Set.of(new ResourceID(name, resource.getMetadata().getNamespace()));
  }
}
