package dev.godwit.engine.plan;

import com.mongodb.client.model.CountOptions;
import dev.godwit.api.v1alpha1.ValidationAction;
import dev.godwit.api.v1alpha1.ValidationLevel;
import dev.godwit.engine.Spot;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.check.Duplicates;
import dev.godwit.engine.check.FilterAccess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// What stands in the way of a step in the documents that are there now. When earlier steps change
/// them first, it is worth a note only.
final class DocumentFindings {

  private static final int SAMPLE = 5;

  /// A filter that wants less than this share of a collection is worth an index.
  private static final double SELECTIVE = 0.1;

  private final PlanContext context;
  private final CompiledStep step;
  private final String path;
  private final List<Finding> findings = new ArrayList<>();

  private DocumentFindings(PlanContext context, CompiledStep step) {
    this.context = context;
    this.step = step;
    this.path = step.path() + "." + step.operation().kind();
  }

  /// @param plan what is known of the step
  static List<Finding> of(PlanContext context, CompiledStep step, StepPlan plan) {
    DocumentFindings all = new DocumentFindings(context, step);
    all.look(plan);
    return all.findings;
  }

  private void look(StepPlan plan) {
    switch (step.operation()) {
      case CompiledOperation.CreateIndexes create -> indexes(create);
      case CompiledOperation.SetValidator set -> validator(set);
      case CompiledOperation.RenameField rename -> rename(rename);
      case CompiledOperation.Update _, CompiledOperation.Delete _ -> scan(plan);
      case CompiledOperation.CreateCollection _,
          CompiledOperation.DropCollection _,
          CompiledOperation.RenameCollection _,
          CompiledOperation.DropIndexes _,
          CompiledOperation.Insert _,
          CompiledOperation.Merge _,
          CompiledOperation.RunCommand _ -> {}
    }
  }

  private void indexes(CompiledOperation.CreateIndexes create) {
    Outlook.Future future = context.future(create.collection());
    if (future.origin() == null) {
      return;
    }
    List<String> built = new ArrayList<>();
    for (int i = 0; i < create.indexes().size(); i++) {
      IndexDefinition index = future.entry().here(create.indexes().get(i));
      if (future.indexes().stream().anyMatch(index::sameIndex)) {
        continue;
      }
      built.add(index.name());
      String at = "%s.indexes[%d]".formatted(path, i);
      if (index.options().containsKey("unique")) {
        context.reading(at, findings, () -> unique(at, future, index));
      }
      if (index.options().containsKey("collation")) {
        collation(at, future.origin(), index.options().getDocument("collation"));
      }
    }
    CollectionFacts.Size size = context.facts().size(future.origin());
    if (!built.isEmpty() && size.documents() >= context.large()) {
      findings.add(
          Finding.info(
              "LargeIndexBuild",
              path,
              "the server reads all %,d documents of '%s' for each of %s; plan it for a quiet hour"
                  .formatted(size.documents(), create.collection(), String.join(", ", built))));
    }
  }

  private void unique(String at, Outlook.Future future, IndexDefinition index) {
    Duplicates.Found found =
        Duplicates.of(
            context.database(),
            future.origin(),
            List.copyOf(index.keys().keySet()),
            index.options().containsKey("sparse"),
            index.options().getDocument("partialFilterExpression", new BsonDocument()));
    if (found.count() > 0) {
      findings.add(
          asOfNow(
              Severity.Error,
              "Duplicates",
              at,
              future,
              fields(index),
              "%s of %s in more than one document, so that the unique index '%s' cannot be built; merge or delete them in a step before"
                  .formatted(
                      found.count() == 1 ? "1 value" : "%,d values".formatted(found.count()),
                      String.join(", ", index.keys().keySet()),
                      index.name()),
              found.samples()));
    }
  }

  /// What decides which values an index holds; null when that cannot be told.
  private static Set<String> fields(IndexDefinition index) {
    Set<String> fields = new TreeSet<>(index.keys().keySet());
    fields.addAll(
        index.options().getDocument("partialFilterExpression", new BsonDocument()).keySet());
    return fields.stream().anyMatch(field -> field.startsWith("$")) ? null : fields;
  }

  private void collation(String at, String origin, BsonDocument collation) {
    context.reading(
        at + ".collation",
        findings,
        () ->
            context
                .database()
                .runCommand(
                    new BsonDocument("find", new BsonString(origin))
                        .append("limit", new BsonInt32(1))
                        .append("collation", collation)));
  }

  private void validator(CompiledOperation.SetValidator set) {
    Outlook.Future future = context.future(set.collection());
    if (future.origin() == null
        || set.validator().isEmpty()
        || set.action() != ValidationAction.Error
        || set.level() == ValidationLevel.None) {
      return;
    }
    String at = path + ".validator";
    context.reading(
        at,
        findings,
        () ->
            violations(
                at,
                future,
                null,
                new BsonDocument("$nor", new BsonArray(List.of(set.validator()))),
                "ValidatorViolated",
                Severity.Warning,
                set.level() == ValidationLevel.Strict
                    ? "%s of '%s' break the rule: they stay, but nobody can update them until they keep it; mend them in a step before"
                    : "%s of '%s' break the rule: they stay, and can be updated as long as they break it"));
  }

  private void rename(CompiledOperation.RenameField rename) {
    Outlook.Future future = context.future(rename.collection());
    if (future.origin() == null) {
      return;
    }
    context.reading(
        path + ".to",
        findings,
        () ->
            violations(
                path + ".to",
                future,
                List.of(rename.from(), rename.to()),
                new BsonDocument(rename.from(), exists()).append(rename.to(), exists()),
                "FieldExists",
                Severity.Error,
                "%s of '%s' have the field '"
                    + rename.to().replace("%", "%%")
                    + "' already, which renameField refuses to overwrite; decide about it in a step before"));
  }

  private static BsonDocument exists() {
    return new BsonDocument("$exists", BsonBoolean.TRUE);
  }

  private void violations(
      String at,
      Outlook.Future future,
      Collection<String> fields,
      BsonDocument filter,
      String reason,
      Severity severity,
      String message) {
    List<String> sample =
        context
            .facts()
            .collection(future.origin())
            .find(filter)
            .projection(new BsonDocument("_id", new BsonInt32(1)))
            .limit(SAMPLE)
            .map(document -> "_id " + Bson.shell(document.get("_id")))
            .into(new ArrayList<>());
    if (sample.isEmpty()) {
      return;
    }
    OptionalLong count = context.facts().count(future.origin(), filter, new CountOptions());
    findings.add(
        asOfNow(
            severity,
            reason,
            at,
            future,
            fields,
            message.formatted(
                count.isPresent() ? "%,d documents".formatted(count.getAsLong()) : "documents",
                step.operation().collection()),
            sample));
  }

  private void scan(StepPlan plan) {
    Outlook.Future future = context.future(step.operation().collection());
    if (plan.access() == null
        || plan.access().kind() != FilterAccess.Kind.Scan
        || plan.documents() == null) {
      return;
    }
    long all = context.facts().size(future.origin()).documents();
    if (all >= context.large() && plan.documents() < all * SELECTIVE) {
      findings.add(
          Finding.warning(
              "CollectionScan",
              path,
              "the server reads all %,d documents of '%s' to find %,d; an index on the filter's fields, in a step before, makes it faster"
                  .formatted(all, step.operation().collection(), plan.documents())));
    }
  }

  /// A finding about documents as they are now.
  ///
  /// @param fields that decide; null for any
  private static Finding asOfNow(
      Severity severity,
      String reason,
      String path,
      Outlook.Future future,
      Collection<String> fields,
      String message,
      List<String> samples) {
    List<String> changers = future.changers(fields);
    Finding finding =
        changers.isEmpty()
            ? new Finding(severity, reason, Spot.of(path), message, List.of())
            : Finding.info(
                reason,
                path,
                "%s (as of now: %s may change that)"
                    .formatted(message, String.join(", ", changers)));
    return finding.withSamples(samples);
  }
}
