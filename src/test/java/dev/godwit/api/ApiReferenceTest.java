package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The reference says what the classes say.
///
/// `./mvnw test -Dtest=ApiReferenceTest -Dgodwit.docs=write` writes it anew.
class ApiReferenceTest {

  private static final Path PAGE = Path.of("docs/reference/api.md");

  /// What Kubernetes' own classes describe, or do not.
  private static final Set<String> FOREIGN =
      Set.of("resources", "affinity", "tolerations", "imagePullSecrets", "conditions");

  private static List<String> crds;

  @BeforeAll
  static void generate() throws IOException {
    crds = List.copyOf(Crds.generate().values());
    if ("write".equals(System.getProperty("godwit.docs"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ApiReference.of(crds));
    }
  }

  @Test
  void isAsGenerated() {
    assertThat(PAGE).as("make docs writes it").hasContent(ApiReference.of(crds));
  }

  @Test
  void everyFieldSaysWhatItIsFor() {
    List<String> silent = new ArrayList<>();
    for (String yaml : crds) {
      CustomResourceDefinition crd = Serialization.unmarshal(yaml, CustomResourceDefinition.class);
      JSONSchemaProps root =
          crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      for (String part : List.of("spec", "status")) {
        collectSilent(part, root.getProperties().get(part), silent);
      }
    }
    assertThat(silent).isEmpty();
  }

  private static void collectSilent(String path, JSONSchemaProps schema, List<String> silent) {
    if (schema.getItems() != null) {
      collectSilent(path + "[]", schema.getItems().getSchema(), silent);
    }
    if (schema.getProperties() == null) {
      return;
    }
    schema
        .getProperties()
        .forEach(
            (name, field) -> {
              if (field.getDescription() == null || field.getDescription().isBlank()) {
                silent.add(path + "." + name);
              }
              if (!FOREIGN.contains(name)) {
                collectSilent(path + "." + name, field, silent);
              }
            });
  }
}
