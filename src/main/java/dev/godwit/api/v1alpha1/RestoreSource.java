package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/// The backup that is restored.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.backupRef), has(self.location), has(self.latestBefore)].filter(x, x).size() == 1",
    message = "a source is exactly one of backupRef, location, latestBefore")
public record RestoreSource(
    @JsonPropertyDescription("A MongoBackup.") BackupRef backupRef,
    @JsonPropertyDescription("A stored backup that may have no MongoBackup.") StoredBackup location,
    @JsonPropertyDescription("The latest backup of a schedule before a point in time.")
        LatestBefore latestBefore) {}
