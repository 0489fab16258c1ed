package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Holds when no two documents have the same values in these fields, as a unique index would have
/// it: missing is the same as null, and of an array each element counts.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record UniqueCheck(
    @JsonPropertyDescription("Collection to look in.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Fields that are unique together.") @Required @Size(min = 1, max = 32)
        List<@Size(min = 1, max = 255) @Pattern(FieldPath.PATTERN) String> fields) {}
