package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/// Holds when the number of matching documents is as said.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.equals) ? !has(self.min) && !has(self.max) : has(self.min) || has(self.max)",
    message = "count needs either equals, or min, max or both")
public record CountCheck(
    @JsonPropertyDescription("Collection to count in.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Which documents (BSON); all if left out.") @Size(min = 2, max = 65536)
        String filter,
    @JsonPropertyDescription("Exactly this many.") @Min(0) Long equals,
    @JsonPropertyDescription("At least this many.") @Min(0) Long min,
    @JsonPropertyDescription("At most this many.") @Min(0) Long max) {}
