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
    value = Operation.EXACTLY_ONE,
    message = "a step has exactly one of " + Operation.NAMES)
public record Step(
    @JsonPropertyDescription("Name, unique in the migration.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern(Step.NAME_PATTERN)
        String name,
    @JsonPropertyDescription("Create a collection.") CreateCollection createCollection,
    @JsonPropertyDescription("Take a collection away.") DropCollection dropCollection,
    @JsonPropertyDescription("Rename a collection.") RenameCollection renameCollection,
    @JsonPropertyDescription("Create indexes.") CreateIndexes createIndexes,
    @JsonPropertyDescription("Drop indexes.") DropIndexes dropIndexes,
    @JsonPropertyDescription("Set the rule that documents must keep.") SetValidator setValidator,
    @JsonPropertyDescription("Insert documents.") Insert insert,
    @JsonPropertyDescription("Update documents in batches.") Update update,
    @JsonPropertyDescription("Delete documents in batches.") Delete delete,
    @JsonPropertyDescription("Merge what a pipeline yields into a collection.") Merge merge,
    @JsonPropertyDescription("Rename a field of all documents.") RenameField renameField,
    @JsonPropertyDescription("Run another command of the database.") RunCommand runCommand,
    @JsonPropertyDescription(
            "What takes the step back, in this order, instead of what Godwit would do by itself. After a crash an operation of it may be run again.")
        @Size(min = 1, max = 16)
        List<RollbackOperation> rollback) {

  public static final String NAME_PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

  /// Every operation that is set; a valid step has one.
  @JsonIgnore
  public List<Operation> operations() {
    return Stream.<Operation>of(
            createCollection,
            dropCollection,
            renameCollection,
            createIndexes,
            dropIndexes,
            setValidator,
            insert,
            update,
            delete,
            merge,
            renameField,
            runCommand)
        .filter(Objects::nonNull)
        .toList();
  }
}
