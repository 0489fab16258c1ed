package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Sets the rule that documents of a collection must keep when they are written. Documents that
/// are there already are not looked at.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SetValidator(
    @JsonPropertyDescription("Collection that gets the rule; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription(
            "The rule as a filter (BSON), e.g. '{ $jsonSchema: { required: [\"email\"] } }'; '{}' removes it.")
        @Required
        @Size(min = 2, max = 65536)
        String validator,
    @JsonPropertyDescription(
            "Which writes are looked at: Strict (all; if left out), Moderate (not updates of documents that break the rule already), None.")
        ValidationLevel level,
    @JsonPropertyDescription(
            "A write that breaks the rule: Error refuses it (if left out), Warn lets it pass and logs it.")
        ValidationAction action)
    implements Operation {
  /// `Strict` unless said otherwise.
  public ValidationLevel levelOrDefault() {
    return level == null ? ValidationLevel.Strict : level;
  }

  /// `Error` unless said otherwise.
  public ValidationAction actionOrDefault() {
    return action == null ? ValidationAction.Error : action;
  }
}
