package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A backup in a storage, whether or not a MongoBackup speaks of it.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record StoredBackup(
    @JsonPropertyDescription("Where backups are kept.") @Required BackupStorage storage,
    @JsonPropertyDescription(
            "Folder of the backup in the storage, as status.location of its MongoBackup and godwit backup list have it.")
        @Required
        @Size(min = 1, max = 512)
        @Pattern("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
        String folder) {}
