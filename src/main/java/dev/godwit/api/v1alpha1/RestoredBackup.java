package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// The backup that a restore has chosen.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestoredBackup(
    @JsonPropertyDescription("Name of the MongoBackup; nothing for a location.") String name,
    @JsonPropertyDescription("Where it is kept.") BackupStorage storage,
    @JsonPropertyDescription("Its folder in the storage.") String folder,
    @JsonPropertyDescription(
            "When its run began (RFC 3339): writes made later may be missing in it.")
        String time,
    @JsonPropertyDescription(
            "How much of the time before latestBefore.time may be missing, as a Go duration string.")
        String gap) {}
