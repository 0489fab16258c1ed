package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import dev.godwit.testing.Manifests;
import dev.godwit.testing.Manifests.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a reader copies from samples and pages is taken by the API server as it stands, every field
/// known: as `kubectl apply --server-side --dry-run=server --validate=strict` asks it.
class ManifestsIT {

  private static String namespace;

  /// What Kubernetes itself knows; kinds of other tools are theirs to check.
  private static final Set<String> OF_KUBERNETES = Set.of("v1", "apps/v1", "batch/v1");

  @BeforeAll
  static void install() {
    Install.once();
    namespace = Cluster.newNamespace();
    // No pod is taken before it is there.
    Cluster.admin()
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("default")
        .waitUntilCondition(Objects::nonNull, 30, TimeUnit.SECONDS);
  }

  static List<Manifest> manifests() throws IOException {
    return Manifests.all().stream()
        .filter(
            it ->
                it.isGodwits() || OF_KUBERNETES.contains(it.content().path("apiVersion").asText()))
        .filter(it -> !it.kind().equals("Namespace"))
        .toList();
  }

  /// The namespace takes only pods of the restricted Pod Security Standard.
  @ParameterizedTest
  @MethodSource("manifests")
  void isTakenByTheApiServer(Manifest manifest) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(manifest.content().toString(), GenericKubernetesResource.class);
    resource.getMetadata().setNamespace(namespace);
    GenericKubernetesResource taken =
        Cluster.admin()
            .resource(resource)
            .patch(
                new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager("reader")
                    .withFieldValidation("Strict")
                    .withDryRun(List.of("All"))
                    .build());
    assertThat(taken.getMetadata().getNamespace()).isEqualTo(namespace);
  }
}
