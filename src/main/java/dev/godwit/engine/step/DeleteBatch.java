package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Deletes a page of documents: their images go into the undo log, then each is deleted where it
/// still is as imaged. One that an application changed in between is imaged again.
final class DeleteBatch implements DocumentBatch {

  /// How often a document that an application keeps changing is imaged anew.
  private static final int ROUNDS = 50;

  private final StepContext context;
  private final BsonDocument filter;
  private final DeletedImages images;
  private final Conflicts conflicts;
  private long deleted;

  /// @param filter what a document that was changed meanwhile must match to be deleted still; empty
  ///     for nothing
  DeleteBatch(StepContext context, BsonDocument filter, Conflicts conflicts) {
    this.context = context;
    this.filter = filter;
    this.images = new DeletedImages(context);
    this.conflicts = conflicts;
  }

  @Override
  public long changed() {
    return deleted;
  }

  /// Documents that somebody inserted again since are not for this step.
  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return images.ids(ids);
  }

  @Override
  public void run(List<BsonDocument> documents) {
    images.add(documents);
    delete(documents);
  }

  /// A document that is not as imaged was changed before it was deleted, or inserted again
  /// afterwards: it is left and reported.
  @Override
  public void resume(List<BsonDocument> documents) {
    Map<BsonValue, BsonDocument> imaged = images.read(Ids.of(documents));
    List<BsonDocument> unfinished = new ArrayList<>();
    List<BsonDocument> fresh = new ArrayList<>();
    for (BsonDocument document : documents) {
      BsonDocument image = imaged.get(document.get("_id"));
      if (image == null) {
        fresh.add(document);
      } else if (Bson.identical(image, document)) {
        unfinished.add(document);
      } else {
        conflicts.add(document.get("_id"));
      }
    }
    if (!unfinished.isEmpty()) {
      delete(unfinished);
    }
    if (!fresh.isEmpty()) {
      run(fresh);
    }
  }

  private void delete(List<BsonDocument> documents) {
    context.checkpointReached();
    long done =
        ConditionalWriter.write(
            context.collection(),
            documents.stream()
                .map(document -> new ConditionalWriter.Write(document, null))
                .toList());
    deleted += done;
    if (done < documents.size()) {
      missed(documents, done).forEach(this::deleteAlone);
    }
  }

  /// Which documents of a page were not deleted. When those that are there make up the number, it
  /// is they. When they are more, some were inserted again right after they were deleted: then only
  /// those that are as imaged are sure, the rest is left and reported. (Some that are not there may
  /// have been deleted by an application: their images stay.)
  private List<BsonValue> missed(List<BsonDocument> documents, long done) {
    Map<BsonValue, BsonDocument> pages = Ids.map(documents);
    List<BsonValue> asImaged = new ArrayList<>();
    List<BsonValue> changed = new ArrayList<>();
    context
        .collection()
        .find(UndoLog.among(pages.keySet()))
        .forEach(
            now -> {
              BsonValue id = now.get("_id");
              (Bson.identical(now, pages.get(id)) ? asImaged : changed).add(id);
            });
    if (done + asImaged.size() + changed.size() <= documents.size()) {
      asImaged.addAll(changed);
    } else {
      changed.forEach(conflicts::add);
    }
    return asImaged;
  }

  /// Deletes one document that an application keeps changing: alone, so that the server's answer is
  /// about it.
  private void deleteAlone(BsonValue id) {
    BsonDocument only = UndoLog.among(List.of(id));
    BsonDocument query =
        filter.isEmpty() ? only : new BsonDocument("$and", new BsonArray(List.of(only, filter)));
    for (int round = 0; round < ROUNDS; round++) {
      context.checkpointReached();
      BsonDocument document = context.collection().find(query).first();
      if (document == null) {
        images.remove(List.of(id));
        return;
      }
      images.replace(document);
      if (ConditionalWriter.write(
              context.collection(), List.of(new ConditionalWriter.Write(document, null)))
          == 1) {
        deleted++;
        return;
      }
    }
    throw context.failed(
        "DeleteContended",
        "a document of '%s' changes faster than it can be deleted; stop the writing application or scale it down meanwhile"
            .formatted(context.step().operation().collection()),
        null);
  }
}
