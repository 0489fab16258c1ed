package dev.godwit.engine.step;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import dev.godwit.engine.backup.DerivedNames;
import java.util.Set;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Moves collections out of the way and back. Nothing is dropped but what is empty and was created
/// by the migration itself.
final class AsideRename {

  private static final int NAMESPACE_NOT_FOUND = 26;
  private static final int NAMESPACE_EXISTS = 48;
  private static final int INVALID_NAMESPACE = 73;
  private static final int ROUNDS = 20;

  private final StepContext context;
  private final Conflicts conflicts;

  /// @param conflicts takes the names of collections that somebody else created and that are set
  ///     aside
  AsideRename(StepContext context, Conflicts conflicts) {
    this.context = context;
    this.conflicts = conflicts;
  }

  /// The name for a collection that the step takes out of use.
  static String nameOf(StepContext context, String collection) {
    return name(context, "d", collection);
  }

  private static String name(StepContext context, String place, String collection) {
    return new DerivedNames(context.database().getName(), context.attempt().tag())
        .aside(collection, place + (context.step().index() + 1));
  }

  /// Takes away a collection that the step created: it is moved aside first and dropped only when
  /// it is empty, so that what an application wrote into it is never lost.
  void remove(String collection) {
    String aside = name(context, "c", collection);
    if (isFixed(collection)) {
      removeInPlace(collection);
      return;
    }
    for (int round = 0; live().has(collection); round++) {
      giveUpAfter(round, collection);
      if (live().has(aside)) {
        setNewcomerAside(collection);
      } else if (!moveOrRemove(collection, aside)) {
        return;
      }
    }
    if (live().has(aside)) {
      if (context.collection(aside).find().first() == null) {
        context.collection(aside).drop();
      } else {
        conflicts.add(new BsonString("set aside as " + aside));
      }
    }
  }

  private boolean isFixed(String collection) {
    return Catalog.read(context.database(), Set.of(collection)).get(collection).isFixed();
  }

  /// Some servers do not rename collections with a dot in their names.
  ///
  /// @return whether it was to be moved
  private boolean moveOrRemove(String collection, String aside) {
    try {
      rename(collection, aside);
      return true;
    } catch (MongoCommandException refused) {
      if (refused.getCode() != INVALID_NAMESPACE) {
        throw refused;
      }
      removeInPlace(collection);
      return false;
    }
  }

  private void removeInPlace(String collection) {
    if (context.collection(collection).find().first() != null) {
      throw context.failed(
          "CannotBeSetAside",
          "'%s' has data by now, and this server cannot rename it; take the data elsewhere and drop it by hand"
              .formatted(collection),
          null);
    }
    context.collection(collection).drop();
  }

  /// Puts a collection back where it was. One that somebody else created there meanwhile is set
  /// aside.
  ///
  /// @param identity of the collection
  /// @param from where it is, unless it is back already or was never moved
  void putBack(String from, String home, BsonValue identity) {
    for (int round = 0; ; round++) {
      giveUpAfter(round, home);
      LiveCollections live = live();
      if (live.is(home, identity)) {
        return;
      }
      if (!live.is(from, identity)) {
        throw context.failed(
            "CollectionLost",
            "'%s' was moved to '%s' and is not there any more; somebody else renamed or dropped it"
                .formatted(home, from),
            null);
      }
      if (live.has(home)) {
        setNewcomerAside(home);
      }
      rename(from, home);
    }
  }

  /// Moves a collection out of the way that somebody else created.
  void setNewcomerAside(String collection) {
    LiveCollections live = live();
    String aside = name(context, "n", collection);
    for (int number = 2; live.has(aside); number++) {
      aside = name(context, "n%d-".formatted(number), collection);
    }
    if (rename(collection, aside)) {
      conflicts.add(new BsonString("set aside as " + aside));
    }
  }

  /// @return false when the source is gone or the target is taken: what exists is to be read again
  boolean rename(String from, String to) {
    context.checkpointReached();
    try {
      context
          .collection(from)
          .renameCollection(new MongoNamespace(context.database().getName(), to));
      return true;
    } catch (MongoCommandException refused) {
      if (refused.getCode() == NAMESPACE_EXISTS || refused.getCode() == NAMESPACE_NOT_FOUND) {
        return false;
      }
      throw refused;
    }
  }

  LiveCollections live() {
    return LiveCollections.read(context.database());
  }

  /// @throws dev.godwit.engine.RunException with verdict `StepFailed`
  void giveUpAfter(int round, String collection) {
    if (round >= ROUNDS) {
      throw context.failed(
          "CollectionContended",
          "'%s' is created again and again meanwhile; stop the application that writes to it"
              .formatted(collection),
          null);
    }
  }
}
