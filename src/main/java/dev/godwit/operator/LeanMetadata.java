package dev.godwit.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;

/// Keeps out of the caches what the operator never reads and what is larger than all the rest of a
/// resource: `metadata.managedFields`, a tree with a map for each field, and the copy of the
/// manifest that `kubectl apply` leaves in an annotation. A migration is in five caches, those of
/// its own and of the other reconcilers. Writes are patches that name what they change, so nothing
/// that was not read can be lost.
@Singleton
public final class LeanMetadata implements KubernetesClientObjectMapperCustomizer {

  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, Lean.class);
  }

  @JsonIgnoreProperties("managedFields")
  private interface Lean {

    @JsonIgnoreProperties(LAST_APPLIED)
    Map<String, String> getAnnotations();
  }
}
