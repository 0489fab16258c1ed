package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.history.KeptUndo;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Takes a collection out of use: it is renamed, and dropped only when its undo data are. The undo
/// renames it back. A collection of that name that an application creates afterwards stays until
/// then.
final class DropCollectionAction implements StepAction {

  private static final String IDENTITY = "identity";

  private final CompiledOperation.DropCollection drop;

  DropCollectionAction(CompiledOperation.DropCollection drop) {
    this.drop = drop;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return new BsonDocument(
            IDENTITY, LiveCollections.read(context.database()).identity(drop.collection()))
        .append(KeptUndo.ASIDE, new BsonString(AsideRename.nameOf(context, drop.collection())));
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    BsonValue identity = intent.get(IDENTITY);
    String aside = aside(intent);
    AsideRename renames = new AsideRename(context, new Conflicts());
    for (int round = 0; !renames.live().is(aside, identity); round++) {
      renames.giveUpAfter(round, drop.collection());
      if (!renames.live().is(drop.collection(), identity)) {
        throw context.failed(
            "CollectionLost",
            "'%s' is not there any more; somebody else renamed or dropped it"
                .formatted(drop.collection()),
            null);
      }
      renames.rename(drop.collection(), aside);
    }
    return StepAction.outcome(context, 1, 1, 0);
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    if (intent.isNull(IDENTITY)) {
      return StepAction.outcome(context, 0, 0, 1);
    }
    Conflicts conflicts = new Conflicts();
    new AsideRename(context, conflicts)
        .putBack(aside(intent), drop.collection(), intent.get(IDENTITY));
    return StepAction.outcome(context, 1, 1, 0, conflicts);
  }

  private static String aside(BsonDocument intent) {
    return intent.getString(KeptUndo.ASIDE).getValue();
  }
}
