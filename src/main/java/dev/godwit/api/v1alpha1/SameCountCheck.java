package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/// Holds when as many documents match on the left as on the right.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SameCountCheck(
    @JsonPropertyDescription("The one side.") @Required CountedCollection left,
    @JsonPropertyDescription("The other side.") @Required CountedCollection right) {}
