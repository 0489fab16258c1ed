package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/// What must hold after the steps. When it does not, the migration is rolled back.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Verify(
    @JsonPropertyDescription("Checks that must hold after the last step.") @Size(max = 64)
        List<Check> checks,
    @JsonPropertyDescription(
            "Goes on with the checks after they held for the first time; one that turns bad takes the migration back.")
        Soak soak) {

  @Override
  @ValidationRule(
      value = MongoMigrationSpec.UNIQUE_NAMES,
      message = "names of checks must be unique")
  public List<Check> checks() {
    return checks;
  }
}
