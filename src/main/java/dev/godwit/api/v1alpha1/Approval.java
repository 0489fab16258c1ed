package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/// Whether a person has to agree to the plan before anything is changed.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Approval(
    @JsonPropertyDescription(
            "Whether the migration waits after its plan until planHash is the plan's.")
        @Default("false")
        Boolean required,
    @JsonPropertyDescription("Hash of the plan that is agreed to: status.plan.hash.")
        @Size(max = 71)
        @Pattern("^(sha256:[0-9a-f]{64})?$")
        String planHash) {

  static final Approval NONE = new Approval(null, null);

  /// Whether a person has to agree; false unless said otherwise.
  public boolean needed() {
    return Boolean.TRUE.equals(required);
  }

  /// Whether the plan with this hash may be carried out.
  public boolean covers(String hash) {
    return !needed() || (hash != null && hash.equals(planHash));
  }
}
