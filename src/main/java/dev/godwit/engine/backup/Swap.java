package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Renames shadows into place and what they replace aside. What is left to do is read from which
/// collections exist, so it can be ended anywhere and run again: a shadow that is still there was
/// not swapped in. It never stops half way by itself, since the collections belong together.
final class Swap {

  private static final int NAMESPACE_NOT_FOUND = 26;
  private static final int NAMESPACE_EXISTS = 48;
  private static final int MAX_NEWCOMERS = 20;

  private final MongoDatabase database;
  private final DerivedNames names;
  private final ActHook hook;

  Swap(MongoDatabase database, DerivedNames names, ActHook hook) {
    this.database = database;
    this.names = names;
    this.hook = hook;
  }

  /// What has to be renamed, from what exists now.
  SwapRecord.Rename plan(String collection, boolean restored) {
    Set<String> existing = existing();
    int firstAside = 1;
    while (existing.contains(names.aside(collection, firstAside))) {
      firstAside++;
    }
    return new SwapRecord.Rename(
        collection,
        restored,
        existing.contains(collection),
        firstAside,
        restored ? uuid(names.shadow(collection)) : null);
  }

  /// Does the renames that are not done yet, and notes that all are.
  ///
  /// @throws RunException `Interrupted`: to be run again
  void finish(SwapRecord swap, SwapJournal journal) {
    try {
      renameAll(swap);
      swap.create().forEach(this::create);
      hook.before("record the end");
      journal.save(names.tag(), swap.asFinished());
    } catch (MongoException failed) {
      throw unfinished(failed.getMessage());
    }
  }

  private void renameAll(SwapRecord swap) {
    for (SwapRecord.Rename rename : swap.renames()) {
      if (rename.restored()) {
        putInPlace(rename);
      } else if (!existing().contains(names.aside(rename.collection(), rename.firstAside()))) {
        setAside(rename);
      }
    }
  }

  private void create(SwapRecord.View view) {
    if (existing().contains(view.name())) {
      return;
    }
    BsonDocument command = new BsonDocument("create", new BsonString(view.name()));
    command.putAll(view.options());
    hook.before("create view " + view.name());
    try {
      database.runCommand(command);
    } catch (MongoCommandException refused) {
      throw unfinished(
          "the server refused to create view '%s': %s"
              .formatted(view.name(), refused.getErrorMessage()));
    }
  }

  /// What was set aside by these renames, from what exists now.
  List<SetAside> setAside(SwapRecord swap) {
    Set<String> existing = existing();
    List<SetAside> all = new ArrayList<>();
    for (SwapRecord.Rename rename : swap.renames()) {
      for (int number = rename.firstAside();
          existing.contains(names.aside(rename.collection(), number));
          number++) {
        SetAside.Reason first =
            rename.restored() ? SetAside.Reason.Replaced : SetAside.Reason.NotInBackup;
        boolean newcomer = number > rename.firstAside() || !rename.existed();
        all.add(
            new SetAside(
                rename.collection(),
                names.aside(rename.collection(), number),
                newcomer ? SetAside.Reason.CreatedMeanwhile : first));
      }
    }
    return all;
  }

  private void putInPlace(SwapRecord.Rename rename) {
    String collection = rename.collection();
    String shadow = names.shadow(collection);
    for (int attempt = 0; attempt < MAX_NEWCOMERS; attempt++) {
      Set<String> existing = existing();
      if (!existing.contains(shadow)) {
        if (!existing.contains(collection)) {
          throw unfinished(
              "both '%s' and '%s' are gone; somebody else renamed or dropped them"
                  .formatted(collection, shadow));
        }
        requireRestored(rename);
        return;
      }
      if (existing.contains(collection)) {
        setAside(rename);
      }
      hook.before("rename shadow of " + collection);
      if (rename(shadow, collection)) {
        return;
      }
    }
    throw unfinished(
        "'%s' was created again %d times meanwhile; stop the application that writes to it"
            .formatted(collection, MAX_NEWCOMERS));
  }

  /// Nobody but a swap takes a shadow away, unless somebody tidied up.
  private void requireRestored(SwapRecord.Rename rename) {
    if (rename.uuid() != null && !rename.uuid().equals(uuid(rename.collection()))) {
      throw new RunException(
          Verdict.FailedChangesStay,
          new Failure(
              "ShadowGone",
              null,
              ("'%s' was to be replaced by '%s', which somebody dropped or renamed; '%s' is as it was;"
                      + " others of database '%s' may be restored already. Restore the backup anew")
                  .formatted(
                      rename.collection(),
                      names.shadow(rename.collection()),
                      rename.collection(),
                      database.getName())));
    }
  }

  private String uuid(String collection) {
    return ServerCollections.metadata(database, collection)
        .map(CollectionMetadata::uuid)
        .orElse(null);
  }

  private void setAside(SwapRecord.Rename rename) {
    Set<String> existing = existing();
    int number = rename.firstAside();
    while (existing.contains(names.aside(rename.collection(), number))) {
      number++;
    }
    hook.before("set aside " + rename.collection());
    rename(rename.collection(), names.aside(rename.collection(), number));
  }

  /// @return false when the source is gone or the target is taken: what exists is to be read again
  private boolean rename(String from, String to) {
    try {
      database.getCollection(from).renameCollection(new MongoNamespace(database.getName(), to));
      return true;
    } catch (MongoCommandException refused) {
      if (refused.getCode() == NAMESPACE_EXISTS || refused.getCode() == NAMESPACE_NOT_FOUND) {
        return false;
      }
      throw unfinished(
          "the server refused to rename '%s' to '%s': %s"
              .formatted(from, to, refused.getErrorMessage()));
    }
  }

  private Set<String> existing() {
    return database.listCollectionNames().into(new HashSet<>());
  }

  private RunException unfinished(String what) {
    return new RunException(
        Verdict.Interrupted,
        new Failure(
            "SwapUnfinished",
            null,
            ("the backup is loaded beside database '%s' (tag '%s'), but not all collections are in"
                    + " place: %s; nothing was dropped; run the same restore again to finish it")
                .formatted(database.getName(), names.tag(), what)));
  }
}
