package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Renames a field of all documents that have it. A document that has the new field already is
/// refused.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenameField(
    @JsonPropertyDescription("Collection whose documents are changed; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("The field, with dots between the parts of a path.")
        @Required
        @Size(min = 1, max = 255)
        @Pattern(FieldPath.PATTERN)
        String from,
    @JsonPropertyDescription("Its new name, as a whole path.")
        @Required
        @Size(min = 1, max = 255)
        @Pattern(FieldPath.PATTERN)
        String to,
    @JsonPropertyDescription("Batches of this step; what is left out comes from spec.batches.")
        Batches batches)
    implements Operation {}
