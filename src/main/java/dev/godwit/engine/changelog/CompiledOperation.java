package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.InsertConflict;
import java.util.List;
import org.bson.BsonDocument;

/// An operation of a step with its BSON parsed.
public sealed interface CompiledOperation {

  /// The collection that is changed.
  String collection();

  /// Whether documents that exist already may change.
  default boolean isDestructive() {
    return false;
  }

  /// @param options of the server's create command
  record CreateCollection(String collection, BsonDocument options) implements CompiledOperation {}

  /// @param indexes never empty
  record CreateIndexes(String collection, List<IndexDefinition> indexes)
      implements CompiledOperation {}

  /// @param matchOn the fields that identify a document; `_id` alone by default
  record Insert(
      String collection,
      List<BsonDocument> documents,
      List<String> matchOn,
      InsertConflict onConflict)
      implements CompiledOperation {
    @Override
    public boolean isDestructive() {
      return onConflict == InsertConflict.Replace;
    }
  }

  /// @param update operators or a pipeline
  record Update(
      String collection,
      BsonDocument filter,
      UpdateForm update,
      List<BsonDocument> arrayFilters,
      Batches batches)
      implements CompiledOperation {
    @Override
    public boolean isDestructive() {
      return true;
    }
  }

  /// The two forms of an update.
  sealed interface UpdateForm {
    /// `{ $set: { … } }`
    record Operators(BsonDocument document) implements UpdateForm {}

    /// `[ { $set: { … } } ]`
    record Pipeline(List<BsonDocument> stages) implements UpdateForm {}
  }
}
