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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a reader copies from samples and pages is taken by the API server as it stands, every field
/// known: as `kubectl apply --server-side --dry-run=server --validate=strict` asks it.
class ManifestsIT {

  private static String namespace;

  @BeforeAll
  static void install() {
    Install.once();
    namespace = Cluster.newNamespace();
  }

  static List<Manifest> manifests() throws IOException {
    return Manifests.ofGodwit();
  }

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
    assertThat(taken.getMetadata().getUid()).isNotNull();
  }
}
