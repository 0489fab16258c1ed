package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/// Holds when the server answers a query with an index: it neither reads the whole collection nor
/// sorts in memory.
@ValidationRule(
    value = "has(self.filter) || has(self.sort)",
    message = "usesIndex needs a filter, a sort or both")
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record UsesIndexCheck(
    @JsonPropertyDescription("Collection that is asked.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("The query (BSON); all documents if left out.")
        @Size(min = 2, max = 65536)
        String filter,
    @JsonPropertyDescription("Its order; '-' before a field means descending.")
        @Size(min = 1, max = 32)
        List<@Size(min = 1, max = 255) @Pattern("^-?[^-$][^$]*$") String> sort) {}
