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

/// A named step with exactly one operation.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = Step.ONE_OPERATION,
    message = "a step has exactly one of createCollection, createIndexes, insert, update")
public record Step(
    @JsonPropertyDescription("Name, unique in the migration.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern(Step.NAME_PATTERN)
        String name,
    @JsonPropertyDescription("Create a collection.") CreateCollection createCollection,
    @JsonPropertyDescription("Create indexes.") CreateIndexes createIndexes,
    @JsonPropertyDescription("Insert documents.") Insert insert,
    @JsonPropertyDescription("Update documents in batches.") Update update) {

  public static final String NAME_PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

  static final String ONE_OPERATION =
      "[has(self.createCollection), has(self.createIndexes), has(self.insert), has(self.update)]"
          + ".filter(x, x).size() == 1";

  /// Every operation that is set; a valid step has one.
  @JsonIgnore
  public List<Operation> operations() {
    return Stream.<Operation>of(createCollection, createIndexes, insert, update)
        .filter(Objects::nonNull)
        .toList();
  }
}
