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
    String manifestSha256) {}
