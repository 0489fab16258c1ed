package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Creates indexes. The same index under another name counts as done; a missing collection is
/// refused.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CreateIndexes(
    @JsonPropertyDescription("Collection that gets the indexes; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Indexes to create.") @Required @Size(min = 1, max = 64)
        List<IndexSpec> indexes)
    implements Operation {}
