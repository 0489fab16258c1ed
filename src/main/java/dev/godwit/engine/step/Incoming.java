package dev.godwit.engine.step;

import org.bson.BsonDocument;

/// A document that is to come into a collection.
///
/// @param document with an `_id`: its own, or one that was made for it and is recorded
/// @param ownId whether the `_id` is its own
record Incoming(BsonDocument document, boolean ownId) {}
