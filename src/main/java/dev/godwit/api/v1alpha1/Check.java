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
@ValidationRule(
    value = Check.ONE_KIND,
    message = "a check has exactly one of count, noDocuments, countUnchanged, indexExists")
public record Check(
    @JsonPropertyDescription("Name, unique in its list.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern(Step.NAME_PATTERN)
        String name,
    @JsonPropertyDescription("The number of matching documents is as said.") CountCheck count,
    @JsonPropertyDescription("No document matches.") NoDocumentsCheck noDocuments,
    @JsonPropertyDescription("No document got lost.") CountUnchangedCheck countUnchanged,
    @JsonPropertyDescription("The index is there.") IndexExistsCheck indexExists) {

  static final String ONE_KIND =
      "[has(self.count), has(self.noDocuments), has(self.countUnchanged), has(self.indexExists)]"
          + ".filter(x, x).size() == 1";

  /// Every kind that is set; a valid check has one.
  @JsonIgnore
  public List<Object> kinds() {
    return Stream.<Object>of(count, noDocuments, countUnchanged, indexExists)
        .filter(Objects::nonNull)
        .toList();
  }
}
