package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// A named check with exactly one kind. Checks never write.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = Check.ONE_KIND, message = "a check has exactly one of " + Check.KINDS)
public record Check(
    @JsonPropertyDescription("Name, unique in its list.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern(Step.NAME_PATTERN)
        String name,
    @JsonPropertyDescription("The number of matching documents is as said.") CountCheck count,
    @JsonPropertyDescription("No document matches.") NoDocumentsCheck noDocuments,
    @JsonPropertyDescription("No document got lost.") CountUnchangedCheck countUnchanged,
    @JsonPropertyDescription("The index is there.") IndexExistsCheck indexExists,
    @JsonPropertyDescription("The collection is there.") CollectionExistsCheck collectionExists,
    @JsonPropertyDescription("The collection is not there.") CollectionAbsentCheck collectionAbsent,
    @JsonPropertyDescription("As many documents here as there.") SameCountCheck sameCount,
    @JsonPropertyDescription("Every reference leads somewhere.") ReferencesCheck references,
    @JsonPropertyDescription("No two documents have the same values.") UniqueCheck unique,
    @JsonPropertyDescription("A pipeline yields nothing, or something.") AggregateCheck aggregate,
    @JsonPropertyDescription("The server answers a query with an index.")
        UsesIndexCheck usesIndex) {

  /// The kinds, for messages.
  public static final String KINDS =
      "count, noDocuments, countUnchanged, indexExists, collectionExists, collectionAbsent,"
          + " sameCount, references, unique, aggregate, usesIndex";

  static final String ONE_KIND =
      "[has(self.count), has(self.noDocuments), has(self.countUnchanged), has(self.indexExists),"
          + " has(self.collectionExists), has(self.collectionAbsent), has(self.sameCount),"
          + " has(self.references), has(self.unique), has(self.aggregate), has(self.usesIndex)]"
          + ".filter(x, x).size() == 1";

  /// Every kind that is set; a valid check has one.
  @JsonIgnore
  public List<Object> kinds() {
    return Stream.<Object>of(
            count,
            noDocuments,
            countUnchanged,
            indexExists,
            collectionExists,
            collectionAbsent,
            sameCount,
            references,
            unique,
            aggregate,
            usesIndex)
        .filter(Objects::nonNull)
        .toList();
  }
}
