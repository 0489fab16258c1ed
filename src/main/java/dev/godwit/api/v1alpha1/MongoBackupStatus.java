package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// What is known of a backup.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoBackupStatus(
    @JsonPropertyDescription("The generation that this status speaks of; -1 at first.")
        Long observedGeneration,
    @JsonPropertyDescription("Where the backup is, for people; programs read the conditions.")
        BackupPhase phase,
    @JsonPropertyDescription(
            "Ready, Reconciling and Stalled as kstatus has them; Verified, Consistent.")
        List<Condition> conditions,
    @JsonPropertyDescription("Folder of the backup in its storage.") String location,
    @JsonPropertyDescription("When the Job began (RFC 3339).") String startTime,
    @JsonPropertyDescription("When it ended (RFC 3339).") String completionTime,
    @JsonPropertyDescription("Size of the archive, as a quantity.") String size,
    @JsonPropertyDescription("Size of the documents, as a quantity.") String sizeUncompressed,
    @JsonPropertyDescription("Number of documents.") Long documents,
    @JsonPropertyDescription("Number of collections.") Integer collections,
    @JsonPropertyDescription("Whether all collections are of one point in time.")
        Consistency consistency,
    @JsonPropertyDescription("Version of the server that was read.") String serverVersion,
    @JsonPropertyDescription("SHA-256 of manifest.json, in hexadecimal digits.")
        String manifestSha256,
    @JsonPropertyDescription(
            "How far Godwit's runs on the database were when the backup began; a migration compares it before it uses the backup again.")
        String position,
    @JsonPropertyDescription("When it is deleted by its ttl (RFC 3339).") String expirationTime,
    @JsonPropertyDescription("How far it is.") Progress progress,
    @JsonPropertyDescription("Name of the Job.") String job,
    @JsonPropertyDescription("What failed and what to do next.") Failure failure,
    @JsonPropertyDescription("What the backup does or waits for now, in a sentence.")
        String message) {

  /// What the API server gives a new object.
  public static final MongoBackupStatus NEW =
      new MongoBackupStatus(
          -1L, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null);
}
