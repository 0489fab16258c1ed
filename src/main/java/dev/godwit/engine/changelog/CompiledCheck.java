package dev.godwit.engine.changelog;

import org.bson.BsonDocument;

/// A check with its BSON parsed.
///
/// @param path the field of the manifest, for messages: `spec.verify.checks[0]`
public record CompiledCheck(String name, String path, Kind kind) {

  /// What is checked.
  public sealed interface Kind {
    /// The collection that is read.
    String collection();

    /// @param min null for none
    /// @param max null for none
    record Count(String collection, BsonDocument filter, Long min, Long max) implements Kind {}

    record NoDocuments(String collection, BsonDocument filter) implements Kind {}

    record CountUnchanged(String collection) implements Kind {}

    /// @param unique null when either will do
    record IndexExists(String collection, BsonDocument keys, Boolean unique) implements Kind {}
  }
}
