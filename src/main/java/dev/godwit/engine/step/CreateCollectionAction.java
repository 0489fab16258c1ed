package dev.godwit.engine.step;

import com.mongodb.MongoCommandException;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Creates a collection. The undo moves it aside first and drops it only when it is empty: what an
/// application wrote into it is never lost.
final class CreateCollectionAction implements StepAction {

  private static final Set<String> VALIDATION =
      Set.of("validator", "validationLevel", "validationAction");
  private static final int NAMESPACE_EXISTS = 48;
  private static final int SIZE_UNIT = 256;

  private final CompiledOperation.CreateCollection create;

  CreateCollectionAction(CompiledOperation.CreateCollection create) {
    this.create = create;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return new BsonDocument("existed", BsonBoolean.valueOf(entry(context).exists()));
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    if (intent.getBoolean("existed").getValue()) {
      requireOptions(context);
      return StepAction.outcome(context, 1, 0, 1);
    }
    create(context);
    if (!missingOptions(create.options(), entry(context).options()).isEmpty()) {
      modifyValidation(context);
      requireOptions(context);
    }
    return StepAction.outcome(context, 1, 1, 0);
  }

  private void create(StepContext context) {
    BsonDocument command = new BsonDocument("create", new BsonString(create.collection()));
    command.putAll(create.options());
    try {
      context.database().runCommand(command);
    } catch (MongoCommandException failed) {
      if (failed.getErrorCode() != NAMESPACE_EXISTS) {
        throw failed;
      }
    }
  }

  /// Some servers drop a validator that is given at create, but keep one that is set afterwards.
  private void modifyValidation(StepContext context) {
    BsonDocument command = new BsonDocument("collMod", new BsonString(create.collection()));
    create.options().entrySet().stream()
        .filter(option -> VALIDATION.contains(option.getKey()))
        .forEach(option -> command.append(option.getKey(), option.getValue()));
    if (command.size() > 1) {
      context.database().runCommand(command);
    }
  }

  private void requireOptions(StepContext context) {
    List<String> missing = missingOptions(create.options(), entry(context).options());
    if (!missing.isEmpty()) {
      throw context.failed(
          "OptionsNotSupported",
          "collection '%s' is there, but the server did not give it %s; leave the option out or use a server that has it"
              .formatted(create.collection(), String.join(", ", missing)),
          null);
    }
  }

  /// The options that are wanted and not there, by name. A server adds its defaults to what is
  /// given (collation, timeseries), and rounds the size of a capped collection up.
  static List<String> missingOptions(BsonDocument wanted, BsonDocument there) {
    return wanted.entrySet().stream()
        .filter(option -> !isDefault(option.getKey(), option.getValue().toString()))
        .filter(option -> !holds(option.getKey(), option.getValue(), there.get(option.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean holds(String option, BsonValue wanted, BsonValue there) {
    if (there == null) {
      return wanted.equals(BsonBoolean.FALSE);
    }
    if (wanted.isNumber() && there.isNumber()) {
      double more = there.asNumber().doubleValue() - wanted.asNumber().doubleValue();
      return option.equals("size") ? more >= 0 && more < SIZE_UNIT : more == 0;
    }
    if (wanted.isDocument() && there.isDocument() && !option.equals("validator")) {
      return missingOptions(wanted.asDocument(), there.asDocument()).isEmpty();
    }
    return Bson.identical(wanted, there);
  }

  private static boolean isDefault(String option, String value) {
    return option.equals("validationLevel") && value.contains("strict")
        || option.equals("validationAction") && value.contains("error");
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    if (intent.getBoolean("existed").getValue()) {
      return StepAction.outcome(context, 1, 0, 1);
    }
    Conflicts conflicts = new Conflicts();
    new AsideRename(context, conflicts).remove(create.collection());
    return StepAction.outcome(context, 1, 1, 0, conflicts);
  }

  private Catalog.Entry entry(StepContext context) {
    return Catalog.read(context.database(), List.of(create.collection())).get(create.collection());
  }
}
