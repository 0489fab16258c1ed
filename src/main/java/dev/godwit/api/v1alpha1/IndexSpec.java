package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// An index. Its keys are a list, because the order of keys matters and JSON objects lose it.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record IndexSpec(
    @JsonPropertyDescription(
            "Fields in order; '-' before a field means descending: ['customerId', '-createdAt']. Other kinds are objects:"
                + " {field: description, type: text}; type is text, 2dsphere, hashed or wildcard (field is then a path,"
                + " or '$**' for all).")
        @Required
        @Size(min = 1, max = 32)
        List<JsonNode> keys,
    @JsonPropertyDescription("Name; MongoDB's default (field_1_other_-1) if left out.")
        @Size(min = 1, max = 120)
        String name,
    @JsonPropertyDescription("No two documents may have the same values.") Boolean unique,
    @JsonPropertyDescription("Leave out documents without the fields.") Boolean sparse,
    @JsonPropertyDescription("Seconds after which documents expire (TTL index).") @Min(0)
        Integer expireAfterSeconds,
    @JsonPropertyDescription("Index only the documents that match this filter (BSON).")
        @Size(min = 2, max = 16384)
        String partialFilterExpression,
    @JsonPropertyDescription("Hide it from the query planner.") Boolean hidden,
    @JsonPropertyDescription(
            "Collation of the index (BSON), e.g. '{ locale: \"en\", strength: 2 }'; the collection's if left out.")
        @Size(min = 2, max = 4096)
        String collation,
    @JsonPropertyDescription(
            "Other options of the index (BSON): weights, default_language, language_override, wildcardProjection, …")
        @Size(min = 2, max = 16384)
        String options) {}
