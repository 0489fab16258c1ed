package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// An operation of a step's own rollback.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = Operation.EXACTLY_ONE,
    message = "an operation of a rollback has exactly one of " + Operation.NAMES)
public record RollbackOperation(
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
    @JsonPropertyDescription("Run another command of the database.") RunCommand runCommand) {

  /// Every operation that is set; a valid entry has one.
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
