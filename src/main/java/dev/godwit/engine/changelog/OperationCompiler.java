package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.CreateCollection;
import dev.godwit.api.v1alpha1.CreateIndexes;
import dev.godwit.api.v1alpha1.Delete;
import dev.godwit.api.v1alpha1.DropCollection;
import dev.godwit.api.v1alpha1.DropIndexes;
import dev.godwit.api.v1alpha1.Insert;
import dev.godwit.api.v1alpha1.Merge;
import dev.godwit.api.v1alpha1.Operation;
import dev.godwit.api.v1alpha1.RenameCollection;
import dev.godwit.api.v1alpha1.RenameField;
import dev.godwit.api.v1alpha1.RunCommand;
import dev.godwit.api.v1alpha1.SetValidator;
import dev.godwit.api.v1alpha1.Update;
import dev.godwit.api.v1alpha1.WhenNotMatched;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.Collations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Turns the operations of a manifest into compiled ones, or refuses them with the field's path.
final class OperationCompiler {

  private static final int LARGEST_BATCH = 25_000;
  private static final int MOST_WORKERS = 16;

  private final Batches defaults;
  private final Problems problems;

  /// @param defaults batches of steps that say nothing of their own
  /// @param problems takes what is wrong
  OperationCompiler(Batches defaults, Problems problems) {
    this.defaults = defaults;
    this.problems = problems;
  }

  /// @param step path of the step, for messages
  CompiledOperation compile(String step, Operation operation) {
    return switch (operation) {
      case CreateCollection create -> createCollection(step + ".createCollection", create);
      case DropCollection drop ->
          new CompiledOperation.DropCollection(
              ManifestFields.collection(step + ".dropCollection", drop.collection()));
      case RenameCollection rename -> renameCollection(step + ".renameCollection", rename);
      case CreateIndexes create -> IndexCompiler.compile(step + ".createIndexes", create, problems);
      case DropIndexes drop -> dropIndexes(step + ".dropIndexes", drop);
      case SetValidator set -> setValidator(step + ".setValidator", set);
      case Insert insert -> insert(step + ".insert", insert);
      case Update update -> update(step + ".update", update);
      case Delete delete -> delete(step + ".delete", delete);
      case Merge merge -> merge(step + ".merge", merge);
      case RenameField rename -> renameField(step + ".renameField", rename);
      case RunCommand run -> runCommand(step + ".runCommand", run);
    };
  }

  private CompiledOperation createCollection(String path, CreateCollection create) {
    String collection = collection(path, create.collection());
    BsonDocument options = problems.of(() -> createOptions(path + ".options", create.options()));
    problems.settle();
    return new CompiledOperation.CreateCollection(collection, options);
  }

  private static BsonDocument createOptions(String path, String text) {
    BsonDocument options = BsonText.documentOrEmpty(path, text);
    OperatorRules.checkNever(path, options);
    OperatorRules.checkCreateOptions(path, options);
    return options;
  }

  private String collection(String path, String name) {
    return problems.of(() -> ManifestFields.collection(path, name));
  }

  private CompiledOperation renameCollection(String path, RenameCollection rename) {
    String from = collection(path, rename.collection());
    String to = problems.of(() -> ManifestFields.collection(path, "to", rename.to()));
    problems.settle();
    if (from.equals(to)) {
      throw ManifestFields.invalid(path + ".to", "it has this name already");
    }
    return new CompiledOperation.RenameCollection(from, to, rename.dropTargetOrDefault());
  }

  private CompiledOperation dropIndexes(String path, DropIndexes drop) {
    String collection = collection(path, drop.collection());
    if (drop.indexes() == null || drop.indexes().isEmpty()) {
      throw ManifestFields.invalid(path + ".indexes", "at least one name is needed");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < drop.indexes().size(); i++) {
      String name = drop.indexes().get(i);
      String at = "%s.indexes[%d]".formatted(path, i);
      if (name == null || name.isEmpty() || name.equals("*")) {
        throw ManifestFields.invalid(
            at, "the name of one index is needed, such as 'email_1'; '*' is not allowed");
      }
      if (name.equals("_id_")) {
        throw ManifestFields.invalid(at, "the index on _id cannot be dropped");
      }
      if (!names.add(name)) {
        throw ManifestFields.invalid(at, "'%s' is there already".formatted(name));
      }
    }
    problems.settle();
    return new CompiledOperation.DropIndexes(collection, List.copyOf(drop.indexes()));
  }

  private CompiledOperation setValidator(String path, SetValidator set) {
    String collection = collection(path, set.collection());
    if (set.validator() == null) {
      throw ManifestFields.invalid(path + ".validator", "the rule is missing; '{}' removes it");
    }
    BsonDocument validator = filter(path + ".validator", set.validator());
    problems.settle();
    return new CompiledOperation.SetValidator(
        collection, validator, set.levelOrDefault(), set.actionOrDefault());
  }

  private BsonDocument filter(String path, String text) {
    return problems.of(() -> ManifestFields.filterOrEmpty(path, text));
  }

  private CompiledOperation insert(String path, Insert insert) {
    String collection = collection(path, insert.collection());
    if (insert.documents() == null || insert.documents().isEmpty()) {
      throw ManifestFields.invalid(path + ".documents", "at least one document is needed");
    }
    List<String> matchOn = insert.matchOn() == null ? List.of("_id") : insert.matchOn();
    List<BsonDocument> documents = new ArrayList<>();
    Set<BsonValue> identities = new TreeSet<>(Bson.BY_BYTES);
    for (int i = 0; i < insert.documents().size(); i++) {
      String at = "%s.documents[%d]".formatted(path, i);
      String text = insert.documents().get(i);
      documents.add(problems.of(() -> document(at, text, matchOn, identities)));
    }
    problems.settle();
    return new CompiledOperation.Insert(
        collection, List.copyOf(documents), List.copyOf(matchOn), insert.onConflictOrDefault());
  }

  private static BsonDocument document(
      String at, String text, List<String> matchOn, Set<BsonValue> identities) {
    BsonDocument document = BsonText.document(at, text);
    for (String field : matchOn) {
      if (!field.equals("_id") && !document.containsKey(field)) {
        throw ManifestFields.invalid(at, "the field '%s' of matchOn is missing".formatted(field));
      }
    }
    if (document.keySet().containsAll(matchOn)
        && !identities.add(new BsonArray(matchOn.stream().map(document::get).toList()))) {
      throw ManifestFields.invalid(
          at, "an earlier document has the same " + String.join(", ", matchOn));
    }
    return document;
  }

  private CompiledOperation update(String path, Update update) {
    String collection = collection(path, update.collection());
    BsonDocument filter = filter(path + ".filter", update.filter());
    List<BsonDocument> arrayFilters = new ArrayList<>();
    for (int i = 0; update.arrayFilters() != null && i < update.arrayFilters().size(); i++) {
      String at = "%s.arrayFilters[%d]".formatted(path, i);
      arrayFilters.add(filter(at, update.arrayFilters().get(i)));
    }
    BsonDocument collation = problems.of(() -> collation(path + ".collation", update.collation()));
    BsonValue hint = problems.of(() -> hint(path + ".hint", update.hint()));
    Batches batches = problems.of(() -> batches(path, update.batches()));
    if (update.update() == null) {
      throw ManifestFields.invalid(path + ".update", "what is to be done is missing");
    }
    CompiledOperation.UpdateForm form = problems.of(() -> form(path + ".update", update.update()));
    problems.settle();
    if (form instanceof CompiledOperation.UpdateForm.Pipeline && !arrayFilters.isEmpty()) {
      throw ManifestFields.invalid(
          path + ".arrayFilters", "they go with update operators, not with a pipeline");
    }
    return new CompiledOperation.Update(
        collection, filter, form, List.copyOf(arrayFilters), collation, hint, batches);
  }

  /// A collation that goes through the driver, so that its values must be known.
  private static BsonDocument collation(String path, String text) {
    BsonDocument collation = ManifestFields.collation(path, text);
    try {
      if (collation != null) {
        Collations.of(collation);
      }
    } catch (IllegalArgumentException | BsonInvalidOperationException unknown) {
      throw ManifestFields.invalid(
          path, "%s is no collation: %s".formatted(collation.toJson(), unknown.getMessage()));
    }
    return collation;
  }

  private static CompiledOperation.UpdateForm form(String path, String text) {
    if (text.stripLeading().startsWith("[")) {
      List<BsonDocument> stages = BsonText.documents(path, text);
      OperatorRules.checkPipeline(path, stages);
      return new CompiledOperation.UpdateForm.Pipeline(stages);
    }
    BsonDocument operators = BsonText.document(path, text);
    OperatorRules.checkOperators(path, operators);
    return new CompiledOperation.UpdateForm.Operators(operators);
  }

  private static BsonValue hint(String path, String text) {
    if (text == null) {
      return null;
    }
    return text.stripLeading().startsWith("{")
        ? BsonText.document(path, text)
        : new BsonString(text);
  }

  private CompiledOperation delete(String path, Delete delete) {
    String collection = collection(path, delete.collection());
    Batches batches = problems.of(() -> batches(path, delete.batches()));
    if ((delete.filter() == null) == (delete.pipeline() == null)) {
      throw ManifestFields.invalid(
          path, "either filter or pipeline is needed; filter '{}' takes all documents");
    }
    CompiledOperation.Selection selection = problems.of(() -> selection(path, delete));
    problems.settle();
    return new CompiledOperation.Delete(collection, selection, batches);
  }

  private static CompiledOperation.Selection selection(String path, Delete delete) {
    return delete.filter() != null
        ? new CompiledOperation.Selection.Filter(
            ManifestFields.filter(path + ".filter", delete.filter()))
        : new CompiledOperation.Selection.Pipeline(reading(path + ".pipeline", delete.pipeline()));
  }

  private CompiledOperation merge(String path, Merge merge) {
    String collection = collection(path, merge.collection());
    String into = problems.of(() -> ManifestFields.collection(path, "into", merge.into()));
    Batches batches = problems.of(() -> batches(path, merge.batches()));
    if (merge.pipeline() == null) {
      throw ManifestFields.invalid(path + ".pipeline", "it is missing");
    }
    List<BsonDocument> pipeline = problems.of(() -> reading(path + ".pipeline", merge.pipeline()));
    problems.settle();
    if (collection.equals(into) && merge.whenNotMatchedOrDefault() == WhenNotMatched.Insert) {
      throw ManifestFields.invalid(
          path + ".whenNotMatched",
          "Discard or Fail is needed where into is the source itself: inserted documents would be read again");
    }
    List<String> on = merge.matchOn() == null ? List.of("_id") : merge.matchOn();
    Set<String> fields = new HashSet<>();
    for (int i = 0; i < on.size(); i++) {
      String at = "%s.matchOn[%d]".formatted(path, i);
      if (!fields.add(ManifestFields.field(at, on.get(i)))) {
        throw ManifestFields.invalid(at, "'%s' is there already".formatted(on.get(i)));
      }
    }
    return new CompiledOperation.Merge(
        collection,
        pipeline,
        into,
        List.copyOf(on),
        merge.whenMatchedOrDefault(),
        merge.whenNotMatchedOrDefault(),
        batches);
  }

  private static List<BsonDocument> reading(String path, String text) {
    List<BsonDocument> stages = BsonText.documents(path, text);
    OperatorRules.checkReading(path, stages);
    return stages;
  }

  private CompiledOperation renameField(String path, RenameField rename) {
    String collection = collection(path, rename.collection());
    String from = problems.of(() -> ManifestFields.field(path + ".from", rename.from()));
    String to = problems.of(() -> ManifestFields.field(path + ".to", rename.to()));
    Batches batches = problems.of(() -> batches(path, rename.batches()));
    problems.settle();
    for (String field : List.of(from, to)) {
      if (field.equals("_id") || field.startsWith("_id.")) {
        throw ManifestFields.invalid(
            path + (field.equals(from) ? ".from" : ".to"), "_id cannot be changed");
      }
    }
    if (from.equals(to) || from.startsWith(to + ".") || to.startsWith(from + ".")) {
      throw ManifestFields.invalid(
          path + ".to", "neither of the two fields can be a part of the other");
    }
    return new CompiledOperation.RenameField(collection, from, to, batches);
  }

  private static CompiledOperation runCommand(String path, RunCommand run) {
    if (run.command() == null) {
      throw ManifestFields.invalid(path + ".command", "it is missing");
    }
    BsonDocument command = BsonText.document(path + ".command", run.command());
    CommandRules.check(path + ".command", command);
    Set<String> collections = new TreeSet<>();
    for (int i = 0; run.collections() != null && i < run.collections().size(); i++) {
      collections.add(
          ManifestFields.collection(
              path, "collections[%d]".formatted(i), run.collections().get(i)));
    }
    return new CompiledOperation.RunCommand(command, List.copyOf(collections));
  }

  private Batches batches(String path, Batches own) {
    Batches batches = own == null ? defaults : own.orElse(defaults);
    if (batches.sizeOrDefault() < 1 || batches.sizeOrDefault() > LARGEST_BATCH) {
      throw ManifestFields.invalid(path + ".batches.size", "1 to 25000 documents");
    }
    if (batches.parallelismOrDefault() < 1 || batches.parallelismOrDefault() > MOST_WORKERS) {
      throw ManifestFields.invalid(path + ".batches.parallelism", "1 to 16 batches at once");
    }
    try {
      batches.pauseOrDefault();
    } catch (IllegalArgumentException wrong) {
      throw ManifestFields.invalid(path + ".batches.pause", wrong.getMessage());
    }
    return batches;
  }
}
