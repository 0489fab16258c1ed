package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A collection that is restored under another name.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CollectionRename(
    @JsonPropertyDescription("Its name in the backup.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String from,
    @JsonPropertyDescription("Its name in the database.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String to) {}
