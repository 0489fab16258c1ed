package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Holds when every value of a field is there in a field of another collection: no orphans. Null
/// and missing are none; of an array each element counts.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReferencesCheck(
    @JsonPropertyDescription("Collection whose documents refer.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Field that refers, with dots into embedded documents and arrays.")
        @Required
        @Size(min = 1, max = 255)
        @Pattern(FieldPath.PATTERN)
        String field,
    @JsonPropertyDescription("Where each value must be; index that field.") @Required
        FieldOfCollection to) {}
