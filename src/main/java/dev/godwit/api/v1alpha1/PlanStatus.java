package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// What a migration will do, as its plan says.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanStatus(
    @JsonPropertyDescription(
            "Hash over steps, indexes, collections and reversibility, never over counts: what spec.approval.planHash is compared with.")
        String hash,
    @JsonPropertyDescription("Documents in the touched collections, by the server's estimate.")
        Long documents,
    @JsonPropertyDescription("Whether documents that exist already are changed.")
        Boolean destructive,
    @JsonPropertyDescription(
            "The plan for people, as godwit plan prints it, shortened; where approval is required.")
        String text) {}
