package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Runs a pipeline over ranges of a collection and merges what it yields into another (or the
/// same) one: joins, backfills from elsewhere, documents per tenant.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Merge(
    @JsonPropertyDescription(
            "Source of the pipeline; it must exist. Its documents are read in ranges of _id.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription(
            "The pipeline (BSON list); it sees the documents of one range at a time, so a $group over the whole source does not belong here unless it groups by _id.")
        @Required
        @Size(min = 2, max = 65536)
        String pipeline,
    @JsonPropertyDescription("Collection that is changed.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String into,
    @JsonPropertyDescription(
            "Fields that identify a document of into; _id if left out. Other fields need a unique index.")
        @Size(min = 1, max = 16)
        List<@Size(min = 1, max = 255) @Pattern(FieldPath.PATTERN) String> matchOn,
    @JsonPropertyDescription(
            "A document that is there: Merge sets the fields that the pipeline yields (if left out), Replace, KeepExisting, Fail.")
        WhenMatched whenMatched,
    @JsonPropertyDescription("A document that is not there: Insert (if left out), Discard, Fail.")
        WhenNotMatched whenNotMatched,
    @JsonPropertyDescription(
            "Batches of this step, ranges of the source; what is left out comes from spec.batches.")
        Batches batches)
    implements Operation {
  /// `Merge` unless said otherwise.
  public WhenMatched whenMatchedOrDefault() {
    return whenMatched == null ? WhenMatched.Merge : whenMatched;
  }

  /// `Insert` unless said otherwise.
  public WhenNotMatched whenNotMatchedOrDefault() {
    return whenNotMatched == null ? WhenNotMatched.Insert : whenNotMatched;
  }
}
