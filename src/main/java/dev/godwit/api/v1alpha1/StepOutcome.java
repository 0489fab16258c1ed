package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/// What a step did.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record StepOutcome(
    @JsonPropertyDescription("Name of the step.") String step,
    @JsonPropertyDescription("Documents that matched.") Long matched,
    @JsonPropertyDescription("Documents, indexes or collections that were changed or created.")
        Long changed,
    @JsonPropertyDescription("What was there already and was left as it is.") Long skipped,
    @JsonPropertyDescription("Documents that somebody else changed meanwhile; they were left.")
        Long conflicts,
    @JsonPropertyDescription("The _ids of some of them, as one types them in mongosh.")
        List<String> conflictSample) {}
