package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// An index. Its keys are a list, because the order of keys matters and JSON objects lose it.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record IndexSpec(
    @JsonPropertyDescription(
            "Fields in order; '-' before a field means descending: ['customerId', '-createdAt'].")
        @Required
        @Size(min = 1, max = 32)
        List<@Size(min = 1, max = 255) @Pattern("^-?[^-$][^$]*$") String> keys,
    @JsonPropertyDescription("Name; MongoDB's default (field_1_other_-1) if left out.")
        @Size(min = 1, max = 120)
        String name,
    @JsonPropertyDescription("No two documents may have the same values.") Boolean unique,
    @JsonPropertyDescription("Leave out documents without the fields.") Boolean sparse,
    @JsonPropertyDescription("Seconds after which documents expire (TTL index).") @Min(0)
        Integer expireAfterSeconds,
    @JsonPropertyDescription("Index only the documents that match this filter (BSON).")
        @Size(min = 2, max = 16384)
        String partialFilterExpression) {}
