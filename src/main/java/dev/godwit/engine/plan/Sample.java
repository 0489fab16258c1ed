package dev.godwit.engine.plan;

import com.mongodb.client.MongoCollection;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/// Times what can be done of a step without writing: it reads a few batches as the step would, and
/// lets the server work out the pipeline on them. Writing takes longer: the images, the documents,
/// the checkpoint. Their share was measured on FerretDB with small documents
/// (docs/decisions/0361-a-plan-looks-ahead-and-says-where-it-cannot.md).
final class Sample {

  /// The server itself keeps the images of an update and writes it.
  private static final Factor UPDATE = new Factor(1, 6);

  /// What deletes, merges and renames fields writes documents or results one by one.
  private static final Factor OTHER = new Factor(5, 20);

  private static final double LOWEST_INDEX_FACTOR = 0.1;
  private static final double HIGHEST_INDEX_FACTOR = 2;
  private static final int MOST_BATCHES = 3;
  private static final long LONGEST_NANOS = 2_000_000_000L;

  /// The first batch pays for plans and caches; with one batch alone it counts.
  private static final int WARM_UP = 1;

  /// How many times as long as its sample a step takes, measured.
  private record Factor(double lowest, double highest) {}

  private Sample() {}

  /// How long a step takes over all its documents.
  ///
  /// @param operation `update`, `delete`
  /// @param stages what the server works out on each batch; may be empty
  /// @param documents of the step
  static Estimate estimate(
      String operation,
      MongoCollection<BsonDocument> collection,
      BsonDocument filter,
      List<BsonDocument> stages,
      Batches batches,
      long documents) {
    double seconds = secondsPerDocument(collection, filter, stages, batches) * documents;
    double pauses =
        batches.pauseOrDefault().toMillis()
            / 1000.0
            * Math.ceil(documents / (double) batches.sizeOrDefault());
    Factor factor = operation.equals("update") ? UPDATE : OTHER;
    int workers = batches.parallelismOrDefault();
    return Estimate.of(
        (seconds * factor.lowest() + pauses) / workers,
        seconds * factor.highest() + pauses,
        Estimate.Basis.Sample);
  }

  /// How long index builds take: the server reads all documents for each and sorts their keys,
  /// which costs it less than sending them here.
  static Estimate ofIndexes(MongoCollection<BsonDocument> collection, long documents, long builds) {
    double seconds =
        secondsPerDocument(collection, new BsonDocument(), List.of(), Batches.DEFAULT) * documents;
    return Estimate.of(
        seconds * LOWEST_INDEX_FACTOR * builds,
        seconds * HIGHEST_INDEX_FACTOR * builds,
        Estimate.Basis.Sample);
  }

  private static double secondsPerDocument(
      MongoCollection<BsonDocument> collection,
      BsonDocument filter,
      List<BsonDocument> stages,
      Batches batches) {
    IdWalk walk =
        new IdWalk(filter, Reading.WHOLE, IdBounds.read(collection), null, batches.sizeOrDefault());
    long begin = System.nanoTime();
    double best = 0;
    for (int i = 0; i < MOST_BATCHES + WARM_UP; i++) {
      long start = System.nanoTime();
      List<BsonDocument> page = walk.next(collection);
      if (page.isEmpty()) {
        break;
      }
      if (!stages.isEmpty()) {
        workOut(collection, page, stages);
      }
      double each = (System.nanoTime() - start) / 1e9 / page.size();
      best = i <= WARM_UP ? each : (best * (i - WARM_UP) + each) / (i - WARM_UP + 1);
      if (System.nanoTime() - begin > LONGEST_NANOS) {
        break;
      }
    }
    return best;
  }

  private static void workOut(
      MongoCollection<BsonDocument> collection,
      List<BsonDocument> page,
      List<BsonDocument> stages) {
    List<BsonDocument> pipeline = new ArrayList<>();
    BsonArray ids = new BsonArray(page.stream().map(document -> document.get("_id")).toList());
    pipeline.add(new BsonDocument("$match", new BsonDocument("_id", new BsonDocument("$in", ids))));
    pipeline.addAll(stages);
    collection.aggregate(pipeline).allowDiskUse(true).forEach(_ -> {});
  }
}
