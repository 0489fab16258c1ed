package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// A verification of a stored backup.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ScheduledVerification(
    @JsonPropertyDescription("Its number since the schedule was created; one per verifyEvery.")
        Long number,
    @JsonPropertyDescription("Name of the MongoBackup.") String backup,
    @JsonPropertyDescription("How: Checksum or Restore.") VerifyMode mode,
    @JsonPropertyDescription("Name of the Job.") String job,
    @JsonPropertyDescription("Running, Succeeded or Failed.") VerificationResult result,
    @JsonPropertyDescription("When it ended (RFC 3339).") String time,
    @JsonPropertyDescription("What was found, and what to do next.") String message) {}
