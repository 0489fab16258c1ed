package dev.godwit.engine.changelog;

import java.util.List;
import org.bson.BsonDocument;

/// A check with its BSON parsed.
///
/// @param path the field of the manifest, for messages: `spec.verify.checks[0]`
public record CompiledCheck(String name, String path, Kind kind) {

  /// What is checked.
  public sealed interface Kind {
    /// The collection that is read; the first of two.
    String collection();

    /// @param min null for none
    /// @param max null for none
    record Count(String collection, BsonDocument filter, Long min, Long max) implements Kind {}

    record NoDocuments(String collection, BsonDocument filter) implements Kind {}

    record CountUnchanged(String collection) implements Kind {}

    /// @param unique null when either will do
    record IndexExists(String collection, BsonDocument keys, Boolean unique) implements Kind {}

    record CollectionExists(String collection) implements Kind {}

    record CollectionAbsent(String collection) implements Kind {}

    record SameCount(
        String collection, BsonDocument filter, String otherCollection, BsonDocument otherFilter)
        implements Kind {}

    record References(String collection, String field, String toCollection, String toField)
        implements Kind {}

    /// @param fields never empty
    record Unique(String collection, List<String> fields) implements Kind {}

    /// @param stages never empty; they only read
    /// @param empty whether they must yield nothing, else something
    record Aggregate(String collection, List<BsonDocument> stages, boolean empty) implements Kind {}

    /// @param sort empty for none
    record UsesIndex(String collection, BsonDocument filter, BsonDocument sort) implements Kind {}
  }
}
