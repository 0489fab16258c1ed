package dev.godwit.engine.step;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
import java.util.Locale;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Sets the rule that documents of a collection must keep. The undo sets the old one, with its
/// level and action. A server that had no rule keeps an empty one, which means the same.
final class SetValidatorAction implements StepAction {

  private static final String EXISTED = "existed";
  private static final String VALIDATOR = "validator";
  private static final String LEVEL = "validationLevel";
  private static final String ACTION = "validationAction";

  private final CompiledOperation.SetValidator set;

  SetValidatorAction(CompiledOperation.SetValidator set) {
    this.set = set;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    Catalog.Entry entry = entry(context.database());
    BsonDocument options = entry.options();
    return new BsonDocument(EXISTED, BsonBoolean.valueOf(entry.exists()))
        .append(VALIDATOR, StoredBson.of(options.getDocument(VALIDATOR, new BsonDocument())))
        .append(LEVEL, options.getOrDefault(LEVEL, new BsonString("strict")))
        .append(ACTION, options.getOrDefault(ACTION, new BsonString("error")));
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    BsonDocument wanted =
        new BsonDocument(VALIDATOR, set.validator())
            .append(LEVEL, new BsonString(set.level().word()))
            .append(ACTION, new BsonString(set.action().name().toLowerCase(Locale.ROOT)));
    modify(context, wanted);
    if (!set.validator().isEmpty()) {
      List<String> missing =
          CreateCollectionAction.missingOptions(wanted, entry(context.database()).options());
      if (!missing.isEmpty()) {
        throw context.failed(
            "OptionsNotSupported",
            "the server took the command, but '%s' does not have its %s; use a server that keeps validators"
                .formatted(set.collection(), String.join(", ", missing)),
            null);
      }
    }
    return StepAction.outcome(context, 1, 1, 0);
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    if (!intent.getBoolean(EXISTED).getValue()) {
      return StepAction.outcome(context, 0, 0, 1);
    }
    modify(
        context,
        new BsonDocument(VALIDATOR, StoredBson.document(intent.getBinary(VALIDATOR)))
            .append(LEVEL, intent.get(LEVEL))
            .append(ACTION, intent.get(ACTION)));
    return StepAction.outcome(context, 1, 1, 0);
  }

  private void modify(StepContext context, BsonDocument validation) {
    context.checkpointReached();
    BsonDocument command = new BsonDocument("collMod", new BsonString(set.collection()));
    command.putAll(validation);
    context.database().runCommand(command);
  }

  private Catalog.Entry entry(MongoDatabase database) {
    return Catalog.read(database, List.of(set.collection())).get(set.collection());
  }
}
