package dev.godwit.engine.plan;

import com.mongodb.client.model.CountOptions;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.UndoMode;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.Collations;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.check.FilterAccess;
import java.util.List;
import java.util.OptionalLong;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Counts what a step would do, and times a sample of it.
final class StepInspector {

  /// What an entry of the undo log has beside the values: `_id`, names of fields, key order.
  private static final long ENTRY_BYTES = 200;

  private final PlanContext context;
  private final BackupPolicy policy;

  /// What of a step is counted.
  private record Counted(
      Long documents, Long bytes, FilterAccess access, Long undoBytes, Estimate estimate) {
    private static final Counted NOTHING = new Counted(null, null, null, null, Estimate.INSTANT);
    static final Counted UNKNOWN = new Counted(null, null, null, null, null);
  }

  StepInspector(PlanContext context, BackupPolicy policy) {
    this.context = context;
    this.policy = policy;
  }

  /// The step with its numbers; those that the server refuses to tell are null and a finding.
  StepPlan inspect(CompiledStep step, List<Finding> findings) {
    CompiledOperation operation = step.operation();
    Counted[] counted = {Counted.UNKNOWN};
    context.reading(step.path() + "." + operation.kind(), findings, () -> counted[0] = count(step));
    return new StepPlan(
        step.name(),
        operation.kind(),
        operation.collection().isEmpty() ? null : operation.collection(),
        counted[0].documents(),
        counted[0].bytes(),
        counted[0].access(),
        Reversibility.of(step, policy),
        counted[0].undoBytes(),
        counted[0].estimate(),
        List.copyOf(
            context
                .outlook()
                .causes(
                    java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(operation.collection()),
                            operation.collections().stream())
                        .toList())));
  }

  private Counted count(CompiledStep step) {
    Outlook.Future future = context.future(step.operation().collection());
    if (!future.isPlain()) {
      return Counted.UNKNOWN;
    }
    return switch (step.operation()) {
      case CompiledOperation.Update update ->
          walked(
              step,
              future,
              update.filter(),
              find(future.origin(), update),
              options(update),
              update.update() instanceof UpdateForm.Pipeline pipeline
                  ? pipeline.stages()
                  : List.of(),
              update.batches(),
              2);
      case CompiledOperation.Delete delete -> delete(step, future, delete);
      case CompiledOperation.RenameField rename ->
          walked(
              step,
              future,
              new BsonDocument(rename.from(), new BsonDocument("$exists", BsonBoolean.TRUE)),
              List.of(),
              rename.batches(),
              1);
      case CompiledOperation.Merge merge -> merge(step, future, merge);
      case CompiledOperation.CreateIndexes create -> indexes(future, create);
      case CompiledOperation.Insert insert -> {
        long bytes = insert.documents().stream().mapToLong(it -> Bson.bytes(it).length).sum();
        yield new Counted((long) insert.documents().size(), bytes, null, bytes, Estimate.INSTANT);
      }
      case CompiledOperation.DropCollection _, CompiledOperation.RenameCollection _ -> {
        CollectionFacts.Size size = context.facts().size(future.origin());
        yield new Counted(size.documents(), size.bytes(), null, null, Estimate.INSTANT);
      }
      case CompiledOperation.RunCommand _ -> Counted.UNKNOWN;
      case CompiledOperation.CreateCollection _,
          CompiledOperation.DropIndexes _,
          CompiledOperation.SetValidator _ ->
          Counted.NOTHING;
    };
  }

  private Counted delete(
      CompiledStep step, Outlook.Future future, CompiledOperation.Delete delete) {
    return switch (delete.selection()) {
      case Selection.Filter filter ->
          walked(step, future, filter.filter(), List.of(), delete.batches(), 1);
      case Selection.Pipeline pipeline -> {
        if (future.origin() == null) {
          yield fresh(future);
        }
        OptionalLong found = context.facts().count(future.origin(), pipeline.stages());
        yield sized(
            step,
            future.origin(),
            found,
            FilterAccess.of(FilterAccess.Kind.All),
            new BsonDocument(),
            List.of(),
            delete.batches(),
            1);
      }
    };
  }

  private Counted merge(CompiledStep step, Outlook.Future source, CompiledOperation.Merge merge) {
    if (source.origin() == null) {
      return fresh(source);
    }
    OptionalLong yielded = context.facts().count(source.origin(), merge.pipeline());
    String into = context.future(merge.into()).origin();
    long average = context.facts().size(into).averageBytes();
    Counted read =
        sized(
            step,
            source.origin(),
            OptionalLong.of(context.facts().size(source.origin()).documents()),
            FilterAccess.of(FilterAccess.Kind.All),
            new BsonDocument(),
            merge.pipeline(),
            merge.batches(),
            0);
    Long documents = yielded.isPresent() ? yielded.getAsLong() : null;
    return new Counted(
        documents,
        documents == null ? null : documents * average,
        read.access(),
        documents == null || step.undo() == UndoMode.Skip
            ? null
            : documents * (2 * average + ENTRY_BYTES),
        read.estimate());
  }

  private Counted walked(
      CompiledStep step,
      Outlook.Future future,
      BsonDocument filter,
      List<BsonDocument> stages,
      Batches batches,
      int images) {
    BsonDocument find = new BsonDocument("find", new BsonString(String.valueOf(future.origin())));
    return walked(
        step,
        future,
        filter,
        find.append("filter", filter),
        new CountOptions(),
        stages,
        batches,
        images);
  }

  private Counted walked(
      CompiledStep step,
      Outlook.Future future,
      BsonDocument filter,
      BsonDocument find,
      CountOptions options,
      List<BsonDocument> stages,
      Batches batches,
      int images) {
    if (future.origin() == null) {
      return fresh(future);
    }
    return sized(
        step,
        future.origin(),
        context.facts().count(future.origin(), filter, options),
        FilterAccess.of(context.database(), find),
        filter,
        stages,
        batches,
        images);
  }

  /// @param images how many values of a document the undo log keeps, at most
  private Counted sized(
      CompiledStep step,
      String origin,
      OptionalLong found,
      FilterAccess access,
      BsonDocument filter,
      List<BsonDocument> stages,
      Batches batches,
      int images) {
    if (found.isEmpty()) {
      return new Counted(null, null, access, null, null);
    }
    long documents = found.getAsLong();
    long average = context.facts().size(origin).averageBytes();
    Estimate estimate =
        documents == 0
            ? Estimate.INSTANT
            : context
                .rates()
                .estimate(step.operation().kind(), documents)
                .orElseGet(
                    () ->
                        Sample.estimate(
                            step.operation().kind(),
                            context.facts().collection(origin),
                            filter,
                            stages,
                            batches,
                            documents));
    return new Counted(
        documents,
        documents * average,
        access,
        step.undo() == UndoMode.Skip ? null : documents * (images * average + ENTRY_BYTES),
        estimate);
  }

  /// A collection that an earlier step creates.
  private static Counted fresh(Outlook.Future future) {
    return new Counted(
        future.changed() ? null : future.inserted(),
        null,
        FilterAccess.of(FilterAccess.Kind.None),
        null,
        future.changed() ? null : Estimate.INSTANT);
  }

  private Counted indexes(Outlook.Future future, CompiledOperation.CreateIndexes create) {
    CollectionFacts.Size size = context.facts().size(future.origin());
    long builds =
        create.indexes().stream()
            .filter(index -> future.indexes().stream().noneMatch(index::sameIndex))
            .count();
    if (builds == 0 || size.documents() == 0) {
      return new Counted(builds == 0 ? 0 : size.documents(), 0L, null, null, Estimate.INSTANT);
    }
    return new Counted(
        size.documents(),
        size.bytes(),
        null,
        null,
        Sample.ofIndexes(context.facts().collection(future.origin()), size.documents(), builds));
  }

  private static BsonDocument find(String origin, CompiledOperation.Update update) {
    BsonDocument find =
        new BsonDocument("find", new BsonString(String.valueOf(origin)))
            .append("filter", update.filter());
    if (update.collation() != null) {
      find.append("collation", update.collation());
    }
    return update.hint() == null ? find : find.append("hint", update.hint());
  }

  private static CountOptions options(CompiledOperation.Update update) {
    CountOptions options = new CountOptions();
    if (update.collation() != null) {
      options.collation(Collations.of(update.collation()));
    }
    if (update.hint() != null) {
      if (update.hint().isDocument()) {
        options.hint(update.hint().asDocument());
      } else {
        options.hintString(update.hint().asString().getValue());
      }
    }
    return options;
  }
}
