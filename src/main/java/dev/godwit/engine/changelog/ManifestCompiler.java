package dev.godwit.engine.changelog;

import dev.godwit.api.job.SpecHash;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.CreateCollection;
import dev.godwit.api.v1alpha1.CreateIndexes;
import dev.godwit.api.v1alpha1.IndexSpec;
import dev.godwit.api.v1alpha1.Insert;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
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
      throw ManifestFields.invalid("spec.target.secretRef", "it is missing");
    }
    if (spec.steps() == null || spec.steps().isEmpty()) {
      throw ManifestFields.invalid("spec.steps", "at least one step is needed");
    }
    List<CompiledStep> steps = steps();
    List<CompiledCheck> preconditions =
        CheckCompiler.compile("spec.preconditions", spec.preconditionsOrEmpty());
    if (preconditions.stream()
        .anyMatch(check -> check.kind() instanceof CompiledCheck.Kind.CountUnchanged)) {
      throw ManifestFields.invalid(
          "spec.preconditions",
          "countUnchanged compares with the start: it belongs into spec.verify.checks");
    }
    OnFailure onFailure = spec.rollbackOrDefault().onFailureOrDefault();
    if (onFailure == OnFailure.Restore && spec.backupPolicyOrDefault() == BackupPolicy.Never) {
      throw ManifestFields.invalid(
          "spec.rollback.onFailure", "Restore needs a backup: set spec.backup.policy to Always");
    }
    return new Changelog(
        spec.version(),
        steps,
        preconditions,
        CheckCompiler.compile("spec.verify.checks", spec.verifyChecksOrEmpty()),
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
      throw ManifestFields.invalid(
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
      ManifestFields.name(path, step.name(), names);
      List<Operation> operations = step.operations();
      if (operations.size() != 1) {
        throw ManifestFields.invalid(
            path,
            "a step has exactly one of createCollection, createIndexes, insert, update; this one has %d"
                .formatted(operations.size()));
      }
      compiled.add(new CompiledStep(i, step.name(), path, operation(path, operations.getFirst())));
    }
    return List.copyOf(compiled);
  }

  private CompiledOperation operation(String step, Operation operation) {
    return switch (operation) {
      case CreateCollection create -> {
        String path = step + ".createCollection";
        BsonDocument options = BsonText.documentOrEmpty(path + ".options", create.options());
        OperatorRules.checkNever(path + ".options", options);
        OperatorRules.checkCreateOptions(path + ".options", options);
        yield new CompiledOperation.CreateCollection(
            ManifestFields.collection(path, create.collection()), options);
      }
      case CreateIndexes create -> createIndexes(step + ".createIndexes", create);
      case Insert insert -> insert(step + ".insert", insert);
      case Update update -> update(step + ".update", update);
    };
  }

  private static CompiledOperation createIndexes(String path, CreateIndexes create) {
    String collection = ManifestFields.collection(path, create.collection());
    if (create.indexes() == null || create.indexes().isEmpty()) {
      throw ManifestFields.invalid(path + ".indexes", "at least one index is needed");
    }
    List<IndexDefinition> indexes = new ArrayList<>();
    for (int i = 0; i < create.indexes().size(); i++) {
      String at = "%s.indexes[%d]".formatted(path, i);
      IndexSpec spec = create.indexes().get(i);
      if (spec.keys() == null || spec.keys().isEmpty()) {
        throw ManifestFields.invalid(at + ".keys", "at least one field is needed");
      }
      IndexDefinition index =
          IndexDefinition.of(
              spec,
              spec.partialFilterExpression() == null
                  ? null
                  : ManifestFields.filter(
                      at + ".partialFilterExpression", spec.partialFilterExpression()));
      if (index.keys().size() != spec.keys().size()) {
        throw ManifestFields.invalid(at + ".keys", "a field is there twice");
      }
      if (index.options().containsKey("expireAfterSeconds") && index.keys().size() > 1) {
        throw ManifestFields.invalid(at + ".expireAfterSeconds", "a TTL index has exactly one key");
      }
      for (IndexDefinition other : indexes) {
        if (other.name().equals(index.name()) || other.sameKeys(index.keys())) {
          throw ManifestFields.invalid(
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
    String collection = ManifestFields.collection(path, insert.collection());
    if (insert.documents() == null || insert.documents().isEmpty()) {
      throw ManifestFields.invalid(path + ".documents", "at least one document is needed");
    }
    List<String> matchOn = insert.matchOn() == null ? List.of("_id") : insert.matchOn();
    List<BsonDocument> documents = new ArrayList<>();
    Set<BsonValue> identities = new TreeSet<>(Bson.BY_BYTES);
    for (int i = 0; i < insert.documents().size(); i++) {
      String at = "%s.documents[%d]".formatted(path, i);
      BsonDocument document = BsonText.document(at, insert.documents().get(i));
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
      documents.add(document);
    }
    return new CompiledOperation.Insert(
        collection, List.copyOf(documents), List.copyOf(matchOn), insert.onConflictOrDefault());
  }

  private CompiledOperation update(String path, Update update) {
    String collection = ManifestFields.collection(path, update.collection());
    BsonDocument filter =
        update.filter() == null
            ? new BsonDocument()
            : ManifestFields.filter(path + ".filter", update.filter());
    if (update.update() == null) {
      throw ManifestFields.invalid(path + ".update", "what is to be done is missing");
    }
    List<BsonDocument> arrayFilters = new ArrayList<>();
    for (int i = 0; update.arrayFilters() != null && i < update.arrayFilters().size(); i++) {
      arrayFilters.add(
          ManifestFields.filter(
              "%s.arrayFilters[%d]".formatted(path, i), update.arrayFilters().get(i)));
    }
    CompiledOperation.UpdateForm form = form(path + ".update", update.update());
    if (form instanceof CompiledOperation.UpdateForm.Pipeline && !arrayFilters.isEmpty()) {
      throw ManifestFields.invalid(
          path + ".arrayFilters", "they go with update operators, not with a pipeline");
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
      throw ManifestFields.invalid(path + ".batches.size", "1 to 25000 documents");
    }
    try {
      batches.pauseOrDefault();
    } catch (IllegalArgumentException wrong) {
      throw ManifestFields.invalid(path + ".batches.pause", wrong.getMessage());
    }
    return batches;
  }
}
