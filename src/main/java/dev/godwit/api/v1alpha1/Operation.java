package dev.godwit.api.v1alpha1;

/// What a step does.
public sealed interface Operation permits CreateCollection, CreateIndexes, Insert, Update {

  /// The collection that is changed.
  String collection();
}
