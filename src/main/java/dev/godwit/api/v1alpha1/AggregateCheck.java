package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Holds when a pipeline yields nothing, or something.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AggregateCheck(
    @JsonPropertyDescription("Collection that the pipeline reads.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("The pipeline (BSON): a list of stages that only read.")
        @Required
        @Size(min = 2, max = 65536)
        String pipeline,
    @JsonPropertyDescription(
            "Empty when it must yield nothing, NotEmpty when it must yield something.")
        @Required
        Expectation expect) {}
