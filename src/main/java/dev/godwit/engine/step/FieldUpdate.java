package dev.godwit.engine.step;

import dev.godwit.engine.bson.DottedPath;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// An update of which is known beforehand which top-level fields it writes: a pipeline of `$set`,
/// `$addFields`, `$unset`, or simple operators on top-level fields. Images of those fields are
/// enough then. Pure.
///
/// @param form the update
/// @param fields the top-level fields that it writes
/// @param removes whether it may remove a field, so that the order of keys belongs to the image
/// @param guards the top-level fields that it reads and does not write: a result holds only as long
///     as they are what they were
/// @param selfContained whether the new values follow from the old values of `fields` and `guards`
///     alone
record FieldUpdate(
    UpdateForm form,
    List<String> fields,
    List<String> guards,
    boolean removes,
    boolean selfContained) {

  static final String BEFORE = "b";
  static final String AFTER = "a";
  static final String KEYS = "k";
  private static final String CARRIED = "_godwit_image";

  private static final Set<String> OPERATORS =
      Set.of("$set", "$unset", "$inc", "$mul", "$min", "$max");

  /// Search conditions that an aggregation's `$match` cannot have.
  private static final Set<String> NOT_IN_MATCH = Set.of("$near", "$nearSphere", "$text", "$where");

  /// The update as one of this kind; empty when it is not.
  static Optional<FieldUpdate> of(CompiledOperation.Update update) {
    if (!update.arrayFilters().isEmpty()
        || update.collation() != null
        || mentions(update.filter(), NOT_IN_MATCH)) {
      return Optional.empty();
    }
    return switch (update.update()) {
      case UpdateForm.Operators operators -> ofOperators(operators);
      case UpdateForm.Pipeline pipeline -> ofPipeline(pipeline);
    };
  }

  private static Optional<FieldUpdate> ofOperators(UpdateForm.Operators form) {
    List<String> fields = new ArrayList<>();
    for (var operator : form.document().entrySet()) {
      if (!OPERATORS.contains(operator.getKey()) || !operator.getValue().isDocument()) {
        return Optional.empty();
      }
      fields.addAll(operator.getValue().asDocument().keySet());
    }
    boolean simple = fields.stream().allMatch(name -> isPlain(name) && !name.contains("."));
    return simple && !fields.isEmpty()
        ? Optional.of(
            new FieldUpdate(form, fields, List.of(), form.document().containsKey("$unset"), true))
        : Optional.empty();
  }

  private static Optional<FieldUpdate> ofPipeline(UpdateForm.Pipeline form) {
    Set<String> set = new LinkedHashSet<>();
    Set<String> unset = new LinkedHashSet<>();
    Set<String> all = new LinkedHashSet<>();
    ExpressionReads reads = new ExpressionReads();
    for (BsonDocument stage : form.stages()) {
      String name = stage.getFirstKey();
      BsonValue body = stage.get(name);
      List<String> paths;
      switch (name) {
        case "$set", "$addFields" -> {
          paths = List.copyOf(body.asDocument().keySet());
          paths.forEach(path -> set.add(DottedPath.top(path)));
          body.asDocument().values().forEach(reads::scan);
        }
        case "$unset" -> {
          paths =
              (body.isArray() ? body.asArray() : new BsonArray(List.of(body)))
                  .stream().map(path -> path.asString().getValue()).toList();
          paths.stream().filter(path -> !path.contains(".")).forEach(unset::add);
        }
        default -> {
          return Optional.empty();
        }
      }
      if (!paths.stream().map(DottedPath::top).allMatch(FieldUpdate::isPlain)) {
        return Optional.empty();
      }
      paths.forEach(path -> all.add(DottedPath.top(path)));
    }
    // A field that is removed and set again moves to the end, which its values do not show.
    if (all.isEmpty() || reads.wholeDocument() || unset.stream().anyMatch(set::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        new FieldUpdate(
            form,
            List.copyOf(all),
            reads.fields().stream()
                .filter(name -> !all.contains(name) && !name.equals("_id"))
                .toList(),
            !unset.isEmpty() || reads.removes(),
            reads.deterministic()));
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty() && !name.startsWith("$") && !name.equals("_id");
  }

  private static boolean mentions(BsonValue value, Set<String> names) {
    return switch (value) {
      case BsonDocument document ->
          document.entrySet().stream()
              .anyMatch(
                  entry -> names.contains(entry.getKey()) || mentions(entry.getValue(), names));
      case BsonArray array -> array.stream().anyMatch(one -> mentions(one, names));
      default -> false;
    };
  }

  /// An image of a document: `{_id, b: {old values, guards too}, a: {new values}, k: [keys]}`; `a`
  /// only for pipelines, `k` where a field may vanish. Missing fields are missing in both.
  Reading imaging() {
    BsonDocument image = new BsonDocument("_id", new BsonString("$_id"));
    if (!(form instanceof UpdateForm.Pipeline pipeline)) {
      return new Reading(List.of(), keyed(image.append(BEFORE, old()), keys()));
    }
    if (pipeline.stages().size() == 1 && expressions(pipeline.stages().getFirst()) != null) {
      image.append(BEFORE, old()).append(AFTER, expressions(pipeline.stages().getFirst()));
      return new Reading(List.of(), keyed(image, keys()));
    }
    BsonDocument carry = keyed(new BsonDocument(BEFORE, old()), keys());
    List<BsonDocument> stages = new ArrayList<>();
    stages.add(new BsonDocument("$addFields", new BsonDocument(CARRIED, carry)));
    stages.addAll(pipeline.stages());
    image.append(BEFORE, new BsonString("$" + CARRIED + "." + BEFORE)).append(AFTER, values());
    return new Reading(stages, keyed(image, new BsonString("$" + CARRIED + "." + KEYS)));
  }

  private BsonDocument keyed(BsonDocument image, BsonValue keys) {
    return removes ? image.append(KEYS, keys) : image;
  }

  /// The new values as expressions; null where a stage does more than replace top-level fields
  /// (`{$set: {a: {b: 1}}}` keeps the other fields of `a`).
  private static BsonDocument expressions(BsonDocument stage) {
    if (stage.containsKey("$unset")) {
      return null;
    }
    BsonDocument fields = stage.getDocument(stage.getFirstKey());
    boolean replaces =
        fields.entrySet().stream()
            .allMatch(
                field ->
                    !field.getKey().contains(".")
                        && !(field.getValue() instanceof BsonDocument nested
                            && (nested.isEmpty() || !nested.getFirstKey().startsWith("$"))));
    return replaces ? fields : null;
  }

  private BsonDocument old() {
    BsonDocument old = values();
    guards.forEach(name -> old.append(name, new BsonString("$" + name)));
    return old;
  }

  private BsonDocument values() {
    BsonDocument values = new BsonDocument();
    fields.forEach(name -> values.append(name, new BsonString("$" + name)));
    return values;
  }

  private static BsonDocument keys() {
    return BsonDocument.parse(
        "{$map: {input: {$objectToArray: '$$ROOT'}, as: 'field', in: '$$field.k'}}");
  }
}
