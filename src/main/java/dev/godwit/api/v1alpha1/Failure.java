package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// Why something failed, and what to do next.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Failure(
    @JsonPropertyDescription("A CamelCase word for programs.") String reason,
    @JsonPropertyDescription("The step or check that failed.") String step,
    @JsonPropertyDescription("What failed, where, and what to do next.") String message) {}
