package dev.godwit.api.v1alpha1;

/// What a step does.
public sealed interface Operation
    permits CreateCollection,
        DropCollection,
        RenameCollection,
        CreateIndexes,
        DropIndexes,
        SetValidator,
        Insert,
        Update,
        Delete,
        Merge,
        RenameField,
        RunCommand {

  /// The names of the operations, for messages.
  String NAMES =
      "createCollection, dropCollection, renameCollection, createIndexes, dropIndexes,"
          + " setValidator, insert, update, delete, merge, renameField, runCommand";

  /// CEL: exactly one of them is there.
  String EXACTLY_ONE =
      "[has(self.createCollection), has(self.dropCollection), has(self.renameCollection),"
          + " has(self.createIndexes), has(self.dropIndexes), has(self.setValidator),"
          + " has(self.insert), has(self.update), has(self.delete), has(self.merge),"
          + " has(self.renameField), has(self.runCommand)].filter(x, x).size() == 1";
}
