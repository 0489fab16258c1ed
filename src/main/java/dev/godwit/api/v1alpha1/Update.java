package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Updates documents in batches, each document exactly once, also over crashes.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Update(
    @JsonPropertyDescription("Collection whose documents are updated; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription(
            "Which documents, e.g. '{ email: { $type: \"string\" } }'; all if left out.")
        @Size(min = 2, max = 65536)
        String filter,
    @JsonPropertyDescription(
            "Update operators '{ $set: { … } }' or an aggregation pipeline '[ { $set: { … } } ]'.")
        @Required
        @Size(min = 2, max = 65536)
        String update,
    @JsonPropertyDescription("Filters for $[name] in update operators, as BSON strings.")
        @Size(min = 1, max = 16)
        List<@Size(min = 2, max = 16384) String> arrayFilters,
    @JsonPropertyDescription(
            "Collation of filter and comparisons (BSON), e.g. '{ locale: \"en\", strength: 2 }'; the collection's if left"
                + " out.")
        @Size(min = 2, max = 4096)
        String collation,
    @JsonPropertyDescription(
            "Index that finds the documents: its name, or its keys as BSON; the server chooses if left out.")
        @Size(min = 1, max = 4096)
        String hint,
    @JsonPropertyDescription("Batches of this step; what is left out comes from spec.batches.")
        Batches batches)
    implements Operation {}
