package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Holds when the collection has an index with these keys in this order.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record IndexExistsCheck(
    @JsonPropertyDescription("Collection that has the index.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Fields in order; '-' before a field means descending.")
        @Required
        @Size(min = 1, max = 32)
        List<@Size(min = 1, max = 255) @Pattern("^-?[^-$][^$]*$") String> keys,
    @JsonPropertyDescription("Whether it must be unique; either will do if left out.")
        Boolean unique) {}
