package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A workload of the migration's namespace that must not run meanwhile.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record QuiescedWorkload(
    @JsonPropertyDescription("Deployment or StatefulSet.") @Required WorkloadKind kind,
    @JsonPropertyDescription("Its name.") @Required @Size(min = 1, max = 253) String name) {

  /// As people say it.
  public String describe() {
    return kind + " " + name;
  }
}
