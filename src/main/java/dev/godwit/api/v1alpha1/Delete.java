package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Deletes documents in batches; each is kept in the undo log.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Delete(
    @JsonPropertyDescription("Collection whose documents are deleted; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription(
            "Which documents, e.g. '{ status: \"cancelled\" }'; '{}' for all. Either filter or pipeline.")
        @Size(min = 2, max = 65536)
        String filter,
    @JsonPropertyDescription(
            "A pipeline over the collection that yields documents with the _ids to delete, e.g. all but the first of each group. It only reads.")
        @Size(min = 2, max = 65536)
        String pipeline,
    @JsonPropertyDescription("Batches of this step; what is left out comes from spec.batches.")
        Batches batches)
    implements Operation {}
