package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.DropTarget;
import dev.godwit.api.v1alpha1.InsertConflict;
import dev.godwit.api.v1alpha1.ValidationAction;
import dev.godwit.api.v1alpha1.ValidationLevel;
import dev.godwit.api.v1alpha1.WhenMatched;
import dev.godwit.api.v1alpha1.WhenNotMatched;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// An operation of a step with its BSON parsed.
public sealed interface CompiledOperation {

  /// The collection that is worked on: for a merge its source; for a command the first that it
  /// names, or an empty string.
  String collection();

  /// The collection whose documents change: for a merge the one that it merges into.
  default String target() {
    return collection();
  }

  /// The field of the manifest: `update`, `createIndexes`.
  String kind();

  /// Every collection that may change.
  default List<String> collections() {
    return List.of(collection());
  }

  /// Whether more may change than [#collections] says: a command that does not name what it
  /// touches.
  default boolean touchesWholeDatabase() {
    return false;
  }

  /// Whether documents that exist already may change or go.
  default boolean isDestructive() {
    return false;
  }

  /// Whether it keeps images of many documents, which `rollback.undo: Skip` saves. An insert keeps
  /// its few in any case.
  default boolean imagesMayBeSkipped() {
    return false;
  }

  /// @param options of the server's create command
  record CreateCollection(String collection, BsonDocument options) implements CompiledOperation {
    @Override
    public String kind() {
      return "createCollection";
    }
  }

  /// Takes a collection away.
  record DropCollection(String collection) implements CompiledOperation {
    @Override
    public String kind() {
      return "dropCollection";
    }

    @Override
    public boolean isDestructive() {
      return true;
    }
  }

  /// @param to the new name
  record RenameCollection(String collection, String to, DropTarget dropTarget)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "renameCollection";
    }

    @Override
    public List<String> collections() {
      return List.of(collection, to);
    }

    @Override
    public boolean isDestructive() {
      return dropTarget == DropTarget.SetAside;
    }
  }

  /// @param indexes never empty
  record CreateIndexes(String collection, List<IndexDefinition> indexes)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "createIndexes";
    }
  }

  /// @param names of the indexes, never empty, never `_id_`
  record DropIndexes(String collection, List<String> names) implements CompiledOperation {
    @Override
    public String kind() {
      return "dropIndexes";
    }
  }

  /// @param validator empty to remove it
  record SetValidator(
      String collection, BsonDocument validator, ValidationLevel level, ValidationAction action)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "setValidator";
    }
  }

  /// @param matchOn the fields that identify a document; `_id` alone by default
  record Insert(
      String collection,
      List<BsonDocument> documents,
      List<String> matchOn,
      InsertConflict onConflict)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "insert";
    }

    @Override
    public boolean isDestructive() {
      return onConflict == InsertConflict.Replace;
    }
  }

  /// @param update operators or a pipeline
  /// @param collation null for the collection's
  /// @param hint the name of an index (a string) or its keys (a document); null for the server's
  ///     choice
  record Update(
      String collection,
      BsonDocument filter,
      UpdateForm update,
      List<BsonDocument> arrayFilters,
      BsonDocument collation,
      BsonValue hint,
      Batches batches)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "update";
    }

    @Override
    public boolean isDestructive() {
      return true;
    }

    @Override
    public boolean imagesMayBeSkipped() {
      return true;
    }
  }

  /// @param selection which documents
  record Delete(String collection, Selection selection, Batches batches)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "delete";
    }

    @Override
    public boolean isDestructive() {
      return true;
    }

    @Override
    public boolean imagesMayBeSkipped() {
      return true;
    }
  }

  /// @param collection the source, which is walked
  /// @param into the collection that changes
  /// @param on the fields that identify a document of `into`
  record Merge(
      String collection,
      List<BsonDocument> pipeline,
      String into,
      List<String> on,
      WhenMatched whenMatched,
      WhenNotMatched whenNotMatched,
      Batches batches)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "merge";
    }

    @Override
    public String target() {
      return into;
    }

    @Override
    public List<String> collections() {
      return List.of(into);
    }

    @Override
    public boolean isDestructive() {
      return whenMatched == WhenMatched.Merge || whenMatched == WhenMatched.Replace;
    }

    @Override
    public boolean imagesMayBeSkipped() {
      return true;
    }
  }

  /// @param from the field's path
  /// @param to its new path
  record RenameField(String collection, String from, String to, Batches batches)
      implements CompiledOperation {
    @Override
    public String kind() {
      return "renameField";
    }

    @Override
    public boolean isDestructive() {
      return true;
    }

    @Override
    public boolean imagesMayBeSkipped() {
      return true;
    }
  }

  /// @param command its name first
  /// @param collections what it touches; empty when that is not said
  record RunCommand(BsonDocument command, List<String> collections) implements CompiledOperation {
    @Override
    public String collection() {
      return collections.isEmpty() ? "" : collections.getFirst();
    }

    @Override
    public String kind() {
      return "runCommand";
    }

    @Override
    public boolean touchesWholeDatabase() {
      return collections.isEmpty();
    }

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

  /// Which documents a delete takes.
  sealed interface Selection {
    /// All that match.
    record Filter(BsonDocument filter) implements Selection {}

    /// Those whose `_id`s the pipeline yields.
    record Pipeline(List<BsonDocument> stages) implements Selection {}
  }
}
