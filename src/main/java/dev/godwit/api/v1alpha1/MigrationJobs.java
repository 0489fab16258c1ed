package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// Names of the Jobs of the present attempt.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationJobs(
    @JsonPropertyDescription("The Job that planned.") String plan,
    @JsonPropertyDescription("The Job that applies.") String apply,
    @JsonPropertyDescription("The Job that rolls back.") String rollback) {}
