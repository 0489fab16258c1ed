package dev.godwit.api.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.godwit.api.v1alpha1.Consistency;

/// What a backup run wrote.
///
/// @param location folder of the backup in its storage
/// @param size bytes of the archive
/// @param sizeUncompressed bytes of the documents
/// @param documents number of documents
/// @param collections number of collections
/// @param consistency whether all collections are of one point in time
/// @param consistencyNote why they are not; null when they are
/// @param verified whether everything was read back and its checksums hold
/// @param serverVersion version of the server that was read
/// @param manifestSha256 SHA-256 of manifest.json in hexadecimal digits
/// @param position how far Godwit's runs on the database were when the backup began; null when one
///     was at work, or nobody looked
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupSummary(
    String location,
    long size,
    long sizeUncompressed,
    long documents,
    int collections,
    Consistency consistency,
    String consistencyNote,
    boolean verified,
    String serverVersion,
    String manifestSha256,
    String position) {

  /// A backup of which nobody knows when it began.
  public BackupSummary(
      String location,
      long size,
      long sizeUncompressed,
      long documents,
      int collections,
      Consistency consistency,
      String consistencyNote,
      boolean verified,
      String serverVersion,
      String manifestSha256) {
    this(
        location,
        size,
        sizeUncompressed,
        documents,
        collections,
        consistency,
        consistencyNote,
        verified,
        serverVersion,
        manifestSha256,
        null);
  }

  /// The same, begun at this position.
  public BackupSummary at(String position) {
    return new BackupSummary(
        location,
        size,
        sizeUncompressed,
        documents,
        collections,
        consistency,
        consistencyNote,
        verified,
        serverVersion,
        manifestSha256,
        position);
  }
}
