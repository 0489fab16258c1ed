package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/// Where backups are kept: exactly one place.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.s3) != has(self.persistentVolumeClaim)",
    message = "a storage is either s3 or persistentVolumeClaim")
public record BackupStorage(
    @JsonPropertyDescription("Keep the backup in a bucket.") S3Storage s3,
    @JsonPropertyDescription("Keep the backup in a PersistentVolumeClaim.")
        PersistentVolumeClaimStorage persistentVolumeClaim) {}
