package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Drops indexes; their definitions are remembered for the undo.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DropIndexes(
    @JsonPropertyDescription("Collection whose indexes are dropped; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription(
            "Names of the indexes, as db.collection.getIndexes() shows them; not _id_.")
        @Required
        @Size(min = 1, max = 64)
        List<@Size(min = 1, max = 120) String> indexes)
    implements Operation {}
