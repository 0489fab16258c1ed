package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Holds when the collection has lost no document since the migration started, what its own steps
/// inserted or deleted taken into account. Documents that an application inserted meanwhile do not
/// fail it.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CountUnchangedCheck(
    @JsonPropertyDescription("Collection to count.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection) {}
