package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// The database that a migration changes.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationTarget(
    @JsonPropertyDescription("Secret that holds the MongoDB connection string.") @Required
        SecretKeyRef secretRef,
    @JsonPropertyDescription("Name of the database; the connection string's database if left out.")
        @Size(min = 1, max = 63)
        @Pattern("^[^/\\\\. \"$*<>:|?]+$")
        String database) {}
