package dev.godwit.api.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/// What a migration would do.
///
/// @param collections the collections that the steps touch, sorted; null when a step does not say
///     what it touches: then a backup covers the whole database
/// @param missing those of them that do not exist yet
/// @param documents documents in the touched collections (the server's estimate)
/// @param destructive whether a step changes documents that exist already
/// @param planHash `sha256:` over checksum, probes, collections, indexes, reversibility; never
///     counts, which move
/// @param bytes bytes of the documents in the touched collections (the server's estimate); null
///     when it gives none
/// @param position how far Godwit's runs on the database are; null while one is at work
/// @param text the plan for people, shortened; null unless somebody is to approve it
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanSummary(
    List<String> collections,
    List<String> missing,
    long documents,
    boolean destructive,
    String planHash,
    Long bytes,
    String position,
    String text) {

  /// A plan that says neither bytes nor position, without a text.
  public PlanSummary(
      List<String> collections,
      List<String> missing,
      long documents,
      boolean destructive,
      String planHash) {
    this(collections, missing, documents, destructive, planHash, null, null, null);
  }

  /// The same, of so much, made at this position.
  public PlanSummary at(Long bytes, String position) {
    return new PlanSummary(
        collections, missing, documents, destructive, planHash, bytes, position, text);
  }

  /// The same with another text.
  ///
  /// @param other may be null
  public PlanSummary withText(String other) {
    return new PlanSummary(
        collections, missing, documents, destructive, planHash, bytes, position, other);
  }
}
