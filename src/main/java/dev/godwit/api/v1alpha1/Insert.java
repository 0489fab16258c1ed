package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Inserts documents, each at most once however often the step runs.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Insert(
    @JsonPropertyDescription("Collection that gets the documents.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Documents as BSON strings.") @Required @Size(min = 1, max = 500)
        List<@Size(min = 2, max = 65536) String> documents,
    @JsonPropertyDescription(
            "Fields that tell whether a document is there already; _id if left out.")
        @Size(min = 1, max = 16)
        List<@Size(min = 1, max = 255) String> matchOn,
    @JsonPropertyDescription(
            "What to do with a document that is there already: Fail (if left out), Skip or Replace.")
        InsertConflict onConflict)
    implements Operation {

  /// `Fail` unless said otherwise.
  public InsertConflict onConflictOrDefault() {
    return onConflict == null ? InsertConflict.Fail : onConflict;
  }
}
