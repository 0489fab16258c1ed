package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoDatabase;

/// Renames an empty collection of a like name before a restore begins. A server that refuses it
/// (FerretDB: names with a dot; any: a missing right) would otherwise refuse in the middle of the
/// swap.
final class RenameTrial {

  private final MongoDatabase database;
  private final DerivedNames names;
  private final ActHook hook;

  RenameTrial(MongoDatabase database, DerivedNames names, ActHook hook) {
    this.database = database;
    this.names = names;
    this.hook = hook;
  }

  /// @throws dev.godwit.engine.RunException when the server would not rename `collection`
  void run(String collection) {
    String from = names.trial(collection, 1);
    String to = names.trial(collection, 2);
    drop(from, to);
    hook.before("try to rename " + collection);
    try {
      database.createCollection(from);
      database.getCollection(from).renameCollection(new MongoNamespace(database.getName(), to));
    } catch (MongoCommandException refused) {
      throw BackupFailure.refused(
          "CannotBeSwapped",
          refused,
          "this server does not rename a collection called like '%s': %s; nothing was changed; give"
              + " the user the right to rename, or leave the collection out and restore it with"
              + " mongorestore --nsInclude",
          collection,
          refused.getErrorMessage());
    } finally {
      drop(from, to);
    }
  }

  private void drop(String... trials) {
    for (String trial : trials) {
      database.getCollection(trial).drop();
    }
  }
}
