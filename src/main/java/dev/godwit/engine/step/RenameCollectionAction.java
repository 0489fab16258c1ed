package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.DropTarget;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.history.KeptUndo;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Renames a collection, with its indexes. What has the new name already is set aside first, where
/// the step says so. Collections are told by their identities, so whatever an application creates
/// under either name meanwhile is known as its own, set aside where it is in the way, and reported.
final class RenameCollectionAction implements StepAction {

  private static final String IDENTITY = "identity";
  private static final String TARGET = "target";

  private final CompiledOperation.RenameCollection rename;

  RenameCollectionAction(CompiledOperation.RenameCollection rename) {
    this.rename = rename;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    LiveCollections live = LiveCollections.read(context.database());
    BsonDocument intent =
        new BsonDocument(IDENTITY, live.identity(rename.collection()))
            .append(TARGET, live.identity(rename.to()));
    return rename.dropTarget() == DropTarget.SetAside && live.has(rename.to())
        ? intent.append(KeptUndo.ASIDE, new BsonString(AsideRename.nameOf(context, rename.to())))
        : intent;
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    BsonValue identity = intent.get(IDENTITY);
    Conflicts conflicts = new Conflicts();
    AsideRename renames = new AsideRename(context, conflicts);
    for (int round = 0; !renames.live().is(rename.to(), identity); round++) {
      renames.giveUpAfter(round, rename.to());
      LiveCollections live = renames.live();
      if (!live.is(rename.collection(), identity)) {
        throw context.failed(
            "CollectionLost",
            "'%s' is not there any more; somebody else renamed or dropped it"
                .formatted(rename.collection()),
            null);
      }
      if (live.has(rename.to())) {
        clear(context, intent, renames, live);
      }
      renames.rename(rename.collection(), rename.to());
    }
    return StepAction.outcome(context, 1, 1, 0, conflicts);
  }

  private void clear(
      StepContext context, BsonDocument intent, AsideRename renames, LiveCollections live) {
    if (rename.dropTarget() == DropTarget.Refuse) {
      throw context.failed(
          "TargetExists",
          "'%s' exists already; stop the application that creates it, or set dropTarget to SetAside"
              .formatted(rename.to()),
          null);
    }
    if (live.is(rename.to(), intent.get(TARGET))) {
      renames.rename(rename.to(), intent.getString(KeptUndo.ASIDE).getValue());
    } else {
      renames.setNewcomerAside(rename.to());
    }
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    if (intent.isNull(IDENTITY)) {
      return StepAction.outcome(context, 0, 0, 1);
    }
    Conflicts conflicts = new Conflicts();
    AsideRename renames = new AsideRename(context, conflicts);
    renames.putBack(rename.to(), rename.collection(), intent.get(IDENTITY));
    if (intent.containsKey(KeptUndo.ASIDE)) {
      renames.putBack(intent.getString(KeptUndo.ASIDE).getValue(), rename.to(), intent.get(TARGET));
    }
    return StepAction.outcome(context, 1, 1, 0, conflicts);
  }
}
