package dev.godwit.engine.step;

import com.mongodb.client.MongoCursor;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Merges what the pipeline yields for a page of the source: it is recorded first, then written.
final class MergeBatch implements DocumentBatch {

  /// Results that the server sends at once; fewer when they are large.
  private static final int RESULTS = 1_000;

  private final StepContext context;
  private final CompiledOperation.Merge merge;
  private final MergeJournal journal;
  private final Matching matching;
  private final IncomingWriter writer;

  /// Whether each document of the source has at most one of the results, by `_id`.
  private final boolean ontoItself;

  private long changed;

  MergeBatch(
      StepContext context,
      CompiledOperation.Merge merge,
      MergeJournal journal,
      Conflicts conflicts) {
    this.context = context;
    this.merge = merge;
    this.journal = journal;
    this.matching = new Matching(context, merge.on());
    this.writer = new IncomingWriter(context, matching, new MergeRules(context, merge), conflicts);
    this.ontoItself = merge.collection().equals(merge.into()) && matching.isById();
  }

  @Override
  public Reading reading() {
    return Reading.IDS;
  }

  @Override
  public long changed() {
    return changed;
  }

  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return journal.done(ids);
  }

  @Override
  public void run(List<BsonDocument> page) {
    context.checkpointReached();
    List<BsonValue> ids = Ids.of(page);
    Set<BsonValue> left = Ids.set(ontoItself ? ids : List.of());
    MergeJournal.Recording recording = journal.record();
    List<BsonDocument> stages = new ArrayList<>();
    stages.add(new BsonDocument("$match", UndoLog.among(ids)));
    stages.addAll(merge.pipeline());
    try (MongoCursor<BsonDocument> results =
        context
            .unhurried(merge.collection())
            .aggregate(stages)
            .allowDiskUse(true)
            .batchSize(RESULTS)
            .iterator()) {
      while (results.hasNext()) {
        BsonDocument result = results.next();
        requireKey(result);
        left.remove(result.get("_id"));
        recording.add(result);
      }
    }
    recording.seal(ids, left.size());
    finish();
  }

  private void requireKey(BsonDocument result) {
    if (matching.key(result) == null && !(matching.isById() && !result.containsKey("_id"))) {
      throw context.failed(
          "OnFieldMissing",
          "the pipeline yields %s: each of the fields %s must be there, and be neither null nor an array"
              .formatted(shortened(Bson.shell(result)), String.join(", ", merge.on())),
          null);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  @Override
  public void resume(List<BsonDocument> page) {
    Set<BsonValue> done = journal.done(Ids.of(page));
    List<BsonDocument> rest =
        page.stream().filter(document -> !done.contains(document.get("_id"))).toList();
    if (!rest.isEmpty()) {
      run(rest);
    }
  }

  /// Writes the sealed page to its end.
  void finish() {
    while (journal.isSealed()) {
      context.checkpointReached();
      MergeJournal.Chunk chunk = journal.read();
      IncomingWriter.Effects effects = writer.write(chunk.number(), chunk.documents());
      changed += effects.inserted() + effects.changed();
      journal.written(chunk, effects.skipped());
    }
  }
}
