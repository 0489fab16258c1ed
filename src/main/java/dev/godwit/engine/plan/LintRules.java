package dev.godwit.engine.plan;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.Spot;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;

/// What the author of a manifest may not have thought of.
final class LintRules {

  private final MongoMigrationSpec spec;
  private final List<CompiledStep> steps;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> created = new HashSet<>();

  LintRules(MongoMigrationSpec spec, List<CompiledStep> steps) {
    this.spec = spec;
    this.steps = steps;
  }

  List<Finding> findings() {
    for (CompiledStep step : steps) {
      operation(step, step.path() + "." + step.operation().kind());
      reversibility(step);
      if (step.operation() instanceof CompiledOperation.CreateCollection create) {
        created.add(create.collection());
      }
    }
    if (!steps.isEmpty() && spec.verifyChecksOrEmpty().isEmpty()) {
      findings.add(
          Finding.warning(
              "NotVerified",
              "spec.verify",
              "no check says that the result is right, so nothing would be rolled back when it is wrong; add a check"));
    }
    return findings;
  }

  private void operation(CompiledStep step, String path) {
    switch (step.operation()) {
      case CompiledOperation.CreateIndexes create -> indexes(create, path);
      case CompiledOperation.Update update -> update(update, path);
      case CompiledOperation.Delete delete -> delete(delete, path);
      case CompiledOperation.Merge merge ->
          findings.addAll(ExpressionRules.ofPipeline(path + ".pipeline", merge.pipeline()));
      case CompiledOperation.SetValidator set ->
          findings.addAll(ExpressionRules.ofFilter(path + ".validator", set.validator()));
      case CompiledOperation.RunCommand run -> {
        if (run.collections().isEmpty()) {
          findings.add(
              Finding.warning(
                  "WholeDatabase",
                  path,
                  "without 'collections' the whole database is backed up; name what the command touches"));
        }
      }
      case CompiledOperation.CreateCollection _,
          CompiledOperation.DropCollection _,
          CompiledOperation.RenameCollection _,
          CompiledOperation.DropIndexes _,
          CompiledOperation.Insert _,
          CompiledOperation.RenameField _ -> {}
    }
  }

  private void update(CompiledOperation.Update update, String path) {
    filter(update.filter(), path + ".filter");
    if (update.filter().isEmpty()) {
      findings.add(
          Finding.info(
              "UpdatesAll",
              path,
              "every document of '%s' is updated; a filter for those that need it makes less work"
                  .formatted(update.collection())));
    }
    switch (update.update()) {
      case UpdateForm.Pipeline pipeline ->
          findings.addAll(ExpressionRules.ofPipeline(path + ".update", pipeline.stages()));
      case UpdateForm.Operators operators -> {
        if (operators.document().containsKey("$rename")) {
          findings.add(
              new Finding(
                  Severity.Info,
                  "RenameByUpdate",
                  new Spot(path + ".update", -1, "$rename"),
                  "the operation renameField refuses a name that is taken; $rename overwrites it",
                  List.of()));
        }
      }
    }
  }

  private void delete(CompiledOperation.Delete delete, String path) {
    switch (delete.selection()) {
      case Selection.Filter filter -> {
        filter(filter.filter(), path + ".filter");
        if (filter.filter().isEmpty()) {
          findings.add(
              Finding.warning(
                  "DeletesAll",
                  path + ".filter",
                  "every document of '%s' is deleted; if that is wanted, dropCollection is faster"
                      .formatted(delete.collection())));
        }
      }
      case Selection.Pipeline pipeline ->
          findings.addAll(ExpressionRules.ofPipeline(path + ".pipeline", pipeline.stages()));
    }
  }

  private void filter(BsonDocument filter, String path) {
    findings.addAll(ExpressionRules.ofFilter(path, filter));
    filter.forEach(
        (field, condition) -> {
          String pattern = pattern(condition);
          if (pattern != null && !pattern.startsWith("^") && !pattern.startsWith("\\A")) {
            findings.add(
                new Finding(
                    Severity.Info,
                    "UnanchoredRegex",
                    new Spot(path, -1, pattern),
                    "the pattern for '%s' does not begin with ^, so that no index narrows the search"
                        .formatted(field),
                    List.of()));
          }
        });
  }

  private static String pattern(BsonValue condition) {
    BsonValue value =
        condition.isDocument() ? condition.asDocument().get("$regex", condition) : condition;
    return switch (value) {
      case BsonRegularExpression regex -> regex.getPattern();
      case BsonValue text when text != condition && text.isString() -> text.asString().getValue();
      default -> null;
    };
  }

  private void indexes(CompiledOperation.CreateIndexes create, String path) {
    for (int i = 0; i < create.indexes().size(); i++) {
      IndexDefinition index = create.indexes().get(i);
      String at = "%s.indexes[%d]".formatted(path, i);
      boolean fresh = created.contains(create.collection());
      if (index.options().containsKey("unique")
          && !fresh
          && !isChecked(create.collection(), index)) {
        findings.add(
            Finding.warning(
                "UniqueUnchecked",
                at,
                "the step fails if '%s' has duplicates; a precondition 'unique' on %s refuses the migration before anything is changed, and shows them"
                    .formatted(create.collection(), index.keys().keySet())));
      }
      if (index.expires() && !fresh) {
        findings.add(
            Finding.warning(
                "DocumentsExpire",
                at,
                "the server begins to delete old documents of '%s' as soon as the index is there, and no undo log keeps them: only a backup brings them back"
                    .formatted(create.collection())));
      }
      create.indexes().stream()
          .filter(other -> isPrefix(index, other))
          .findFirst()
          .ifPresent(
              other ->
                  findings.add(
                      Finding.info(
                          "RedundantIndex",
                          at,
                          "'%s' serves the same queries, its keys begin with these"
                              .formatted(other.name()))));
    }
  }

  private static boolean isPrefix(IndexDefinition index, IndexDefinition other) {
    List<String> keys = List.copyOf(index.keys().keySet());
    List<String> longer = List.copyOf(other.keys().keySet());
    return index.options().isEmpty()
        && other.options().isEmpty()
        && longer.size() > keys.size()
        && longer.subList(0, keys.size()).equals(keys)
        && keys.stream().allMatch(key -> index.keys().get(key).equals(other.keys().get(key)));
  }

  private boolean isChecked(String collection, IndexDefinition index) {
    return spec.preconditionsOrEmpty().stream()
        .map(Check::unique)
        .anyMatch(
            check ->
                check != null
                    && collection.equals(check.collection())
                    && check.fields() != null
                    && index.keys().keySet().containsAll(check.fields()));
  }

  private void reversibility(CompiledStep step) {
    if (!step.needsBackup()) {
      return;
    }
    boolean none = spec.rollbackOrDefault().onFailureOrDefault() == OnFailure.None;
    findings.add(
        none
            ? Finding.warning(
                "Irreversible",
                step.path(),
                "nothing takes the step back: it keeps no images, has no rollback of its own, and spec.rollback.onFailure is None")
            : Finding.info(
                "BackupOnly",
                step.path(),
                "only the backup takes the step back, with the writes that came since it set aside; a rollback of the step's own avoids that"));
  }
}
