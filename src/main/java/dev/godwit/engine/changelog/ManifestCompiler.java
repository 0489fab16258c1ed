package dev.godwit.engine.changelog;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.api.v1alpha1.CountCheck;
import dev.godwit.api.v1alpha1.CountUnchangedCheck;
import dev.godwit.api.v1alpha1.CreateCollection;
import dev.godwit.api.v1alpha1.CreateIndexes;
import dev.godwit.api.v1alpha1.IndexExistsCheck;
import dev.godwit.api.v1alpha1.IndexSpec;
import dev.godwit.api.v1alpha1.Insert;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.NoDocumentsCheck;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.Operation;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.api.v1alpha1.Update;
import dev.godwit.engine.RunException;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Turns a manifest into a [Changelog], or refuses it whole with the field's path. Pure: the
/// database is not asked.
public final class ManifestCompiler {

  private static final Pattern VERSION = Pattern.compile(MongoMigrationSpec.VERSION_PATTERN);
  private static final Pattern NAME = Pattern.compile(Step.NAME_PATTERN);
  private static final int LONGEST_VERSION = 64;

  private final MongoMigrationSpec spec;

  private ManifestCompiler(MongoMigrationSpec spec) {
    this.spec = spec;
  }

  /// @throws RunException with verdict `Refused` and the path of the field that is wrong
  public static Changelog compile(MongoMigrationSpec spec) {
    return new ManifestCompiler(spec).changelog();
  }

  private Changelog changelog() {
    checkVersion();
    if (spec.target() == null || spec.target().secretRef() == null) {
      throw invalid("spec.target.secretRef", "it is missing");
    }
    if (spec.steps() == null || spec.steps().isEmpty()) {
      throw invalid("spec.steps", "at least one step is needed");
    }
    List<CompiledStep> steps = steps();
    List<CompiledCheck> preconditions = checks("spec.preconditions", spec.preconditionsOrEmpty());
    if (preconditions.stream()
        .anyMatch(check -> check.kind() instanceof CompiledCheck.Kind.CountUnchanged)) {
      throw invalid(
          "spec.preconditions",
          "countUnchanged compares with the start: it belongs into spec.verify.checks");
    }
    OnFailure onFailure = spec.rollbackOrDefault().onFailureOrDefault();
    if (onFailure == OnFailure.Restore && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
      throw invalid(
          "spec.rollback.onFailure", "Restore needs a backup: set spec.backup.policy to Always");
    }
    return new Changelog(
        spec.version(),
        steps,
        preconditions,
        checks("spec.verify.checks", spec.verifyChecksOrEmpty()),
        onFailure,
        spec.rollbackOrDefault().onConflictOrDefault(),
        Checksums.of(steps),
        SpecHash.of(spec),
        spec.retryOrDefault());
  }

  private void checkVersion() {
    String version = spec.version();
    if (version == null
        || version.length() > LONGEST_VERSION
        || !VERSION.matcher(version).matches()) {
      throw invalid(
          "spec.version",
          "1 to 64 letters, digits, '.', '_' or '-' are needed, with a letter or digit at both ends");
    }
  }

  private List<CompiledStep> steps() {
    List<CompiledStep> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < spec.steps().size(); i++) {
      Step step = spec.steps().get(i);
      String path = "spec.steps[%d]".formatted(i);
      checkName(path, step.name(), names);
      List<Operation> operations = step.operations();
      if (operations.size() != 1) {
        throw invalid(
            path,
            "a step has exactly one of createCollection, createIndexes, insert, update; this one has %d"
                .formatted(operations.size()));
      }
      compiled.add(new CompiledStep(i, step.name(), path, operation(path, operations.getFirst())));
    }
    return List.copyOf(compiled);
  }

  private static void checkName(String path, String name, Set<String> names) {
    if (name == null || name.length() > 63 || !NAME.matcher(name).matches()) {
      throw invalid(path + ".name", "1 to 63 of a-z, 0-9 and '-' are needed");
    }
    if (!names.add(name)) {
      throw invalid(path + ".name", "'%s' is there already; names are unique".formatted(name));
    }
  }

  private CompiledOperation operation(String step, Operation operation) {
    return switch (operation) {
      case CreateCollection create -> {
        String path = step + ".createCollection";
        BsonDocument options = BsonText.documentOrEmpty(path + ".options", create.options());
        OperatorRules.checkNever(path + ".options", options);
        OperatorRules.checkCreateOptions(path + ".options", options);
        yield new CompiledOperation.CreateCollection(
            collection(path, create.collection()), options);
      }
      case CreateIndexes create -> createIndexes(step + ".createIndexes", create);
      case Insert insert -> insert(step + ".insert", insert);
      case Update update -> update(step + ".update", update);
    };
  }

  private static CompiledOperation createIndexes(String path, CreateIndexes create) {
    String collection = collection(path, create.collection());
    if (create.indexes() == null || create.indexes().isEmpty()) {
      throw invalid(path + ".indexes", "at least one index is needed");
    }
    List<IndexDefinition> indexes = new ArrayList<>();
    for (int i = 0; i < create.indexes().size(); i++) {
      String at = "%s.indexes[%d]".formatted(path, i);
      IndexSpec spec = create.indexes().get(i);
      if (spec.keys() == null || spec.keys().isEmpty()) {
        throw invalid(at + ".keys", "at least one field is needed");
      }
      IndexDefinition index =
          IndexDefinition.of(
              spec,
              spec.partialFilterExpression() == null
                  ? null
                  : filter(at + ".partialFilterExpression", spec.partialFilterExpression()));
      if (index.keys().size() != spec.keys().size()) {
        throw invalid(at + ".keys", "a field is there twice");
      }
      if (index.options().containsKey("expireAfterSeconds") && index.keys().size() > 1) {
        throw invalid(at + ".expireAfterSeconds", "a TTL index has exactly one key");
      }
      for (IndexDefinition other : indexes) {
        if (other.name().equals(index.name()) || other.sameKeys(index.keys())) {
          throw invalid(
              at,
              "it conflicts with '%s' of the same step: same name or same keys"
                  .formatted(other.name()));
        }
      }
      indexes.add(index);
    }
    return new CompiledOperation.CreateIndexes(collection, List.copyOf(indexes));
  }

  private static CompiledOperation insert(String path, Insert insert) {
    String collection = collection(path, insert.collection());
    if (insert.documents() == null || insert.documents().isEmpty()) {
      throw invalid(path + ".documents", "at least one document is needed");
    }
    List<String> matchOn = insert.matchOn() == null ? List.of("_id") : insert.matchOn();
    List<BsonDocument> documents = new ArrayList<>();
    Set<BsonValue> identities = new TreeSet<>(Bson.BY_BYTES);
    for (int i = 0; i < insert.documents().size(); i++) {
      String at = "%s.documents[%d]".formatted(path, i);
      BsonDocument document = BsonText.document(at, insert.documents().get(i));
      for (String field : matchOn) {
        if (!field.equals("_id") && !document.containsKey(field)) {
          throw invalid(at, "the field '%s' of matchOn is missing".formatted(field));
        }
      }
      if (document.keySet().containsAll(matchOn)
          && !identities.add(new BsonArray(matchOn.stream().map(document::get).toList()))) {
        throw invalid(at, "an earlier document has the same " + String.join(", ", matchOn));
      }
      documents.add(document);
    }
    return new CompiledOperation.Insert(
        collection, List.copyOf(documents), List.copyOf(matchOn), insert.onConflictOrDefault());
  }

  private CompiledOperation update(String path, Update update) {
    String collection = collection(path, update.collection());
    BsonDocument filter =
        update.filter() == null ? new BsonDocument() : filter(path + ".filter", update.filter());
    if (update.update() == null) {
      throw invalid(path + ".update", "what is to be done is missing");
    }
    List<BsonDocument> arrayFilters = new ArrayList<>();
    for (int i = 0; update.arrayFilters() != null && i < update.arrayFilters().size(); i++) {
      arrayFilters.add(
          filter("%s.arrayFilters[%d]".formatted(path, i), update.arrayFilters().get(i)));
    }
    CompiledOperation.UpdateForm form = form(path + ".update", update.update());
    if (form instanceof CompiledOperation.UpdateForm.Pipeline && !arrayFilters.isEmpty()) {
      throw invalid(path + ".arrayFilters", "they go with update operators, not with a pipeline");
    }
    return new CompiledOperation.Update(
        collection, filter, form, List.copyOf(arrayFilters), batches(path, update.batches()));
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

  private Batches batches(String path, Batches own) {
    Batches batches = own == null ? spec.batchesOrDefault() : own.orElse(spec.batchesOrDefault());
    if (batches.sizeOrDefault() < 1 || batches.sizeOrDefault() > 25_000) {
      throw invalid(path + ".batches.size", "1 to 25000 documents");
    }
    try {
      batches.pauseOrDefault();
    } catch (IllegalArgumentException wrong) {
      throw invalid(path + ".batches.pause", wrong.getMessage());
    }
    return batches;
  }

  private static List<CompiledCheck> checks(String list, List<Check> checks) {
    List<CompiledCheck> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      String path = "%s[%d]".formatted(list, i);
      checkName(path, check.name(), names);
      if (check.kinds().size() != 1) {
        throw invalid(
            path,
            "a check has exactly one of count, noDocuments, countUnchanged, indexExists; this one has %d"
                .formatted(check.kinds().size()));
      }
      compiled.add(new CompiledCheck(check.name(), path, kind(path, check)));
    }
    return List.copyOf(compiled);
  }

  private static CompiledCheck.Kind kind(String path, Check check) {
    return switch (check.kinds().getFirst()) {
      case CountCheck count -> {
        if (count.equals() == null
            ? count.min() == null && count.max() == null
            : count.min() != null || count.max() != null) {
          throw invalid(path + ".count", "either equals, or min, max or both are needed");
        }
        yield new CompiledCheck.Kind.Count(
            collection(path + ".count", count.collection()),
            filterOrEmpty(path + ".count.filter", count.filter()),
            count.equals() == null ? count.min() : count.equals(),
            count.equals() == null ? count.max() : count.equals());
      }
      case NoDocumentsCheck none ->
          new CompiledCheck.Kind.NoDocuments(
              collection(path + ".noDocuments", none.collection()),
              filterOrEmpty(path + ".noDocuments.filter", none.filter()));
      case CountUnchangedCheck unchanged ->
          new CompiledCheck.Kind.CountUnchanged(
              collection(path + ".countUnchanged", unchanged.collection()));
      case IndexExistsCheck index ->
          new CompiledCheck.Kind.IndexExists(
              collection(path + ".indexExists", index.collection()),
              IndexDefinition.keys(index.keys()),
              index.unique());
      default -> throw new IllegalStateException("no such kind of check");
    };
  }

  private static BsonDocument filterOrEmpty(String path, String text) {
    return text == null ? new BsonDocument() : filter(path, text);
  }

  private static BsonDocument filter(String path, String text) {
    BsonDocument filter = BsonText.document(path, text);
    OperatorRules.checkFilter(path, filter);
    return filter;
  }

  private static String collection(String path, String name) {
    if (name == null || name.isEmpty() || name.length() > CollectionName.MAX_LENGTH) {
      throw invalid(
          path + ".collection",
          "1 to %d characters are needed".formatted(CollectionName.MAX_LENGTH));
    }
    if (name.startsWith("system.") || name.startsWith(CollectionName.OWN_PREFIX)) {
      throw RunException.refused(
          "CollectionRefused",
          path + ".collection",
          "'%s' belongs to the server or to Godwit; a migration cannot touch it".formatted(name));
    }
    if (name.contains("$")
        || name.indexOf('\0') >= 0
        || name.startsWith(".")
        || name.endsWith(".")) {
      throw invalid(path + ".collection", "'%s' is not a name of a collection".formatted(name));
    }
    return name;
  }

  private static RunException invalid(String path, String message) {
    return RunException.refused("InvalidManifest", path, message);
  }
}
