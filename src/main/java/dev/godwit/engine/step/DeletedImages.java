package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// The undo log of a delete: whole documents. One that does not fit into an entry is stored in
/// parts beside it, which are there before the entry is.
final class DeletedImages {

  private static final String PARTS = "parts";
  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  /// An entry above this many bytes is stored in parts; the server takes 16 MiB.
  private static final int LARGEST_ENTRY = 15 * 1024 * 1024;

  /// A document below this many bytes fits, however many fields it has.
  private static final int SURELY_FITS = 4 * 1024 * 1024;

  private static final int PART_BYTES = 8 * 1024 * 1024;

  private final StepContext context;
  private final UndoLog log;
  private final MongoCollection<BsonDocument> parts;

  DeletedImages(StepContext context) {
    this.context = context;
    this.log = context.undoLog();
    this.parts = context.collection(log.collection().getNamespace().getCollectionName() + "_parts");
  }

  /// Stores images; one that is there already stays as it is.
  void add(List<BsonDocument> documents) {
    FirstWins.insert(log.collection(), documents.stream().map(this::entry).toList());
  }

  /// Stores a newer image of a document that is known to be there still.
  void replace(BsonDocument document) {
    log.collection()
        .replaceOne(
            new BsonDocument("_id", document.get("_id")),
            entry(document),
            new ReplaceOptions().upsert(true));
  }

  /// Removes images.
  void remove(Collection<BsonValue> ids) {
    log.remove(ids);
  }

  /// Which documents have images, among them those of these that do.
  ///
  /// @param ids in the server's order, of one type bracket
  Set<BsonValue> ids(List<BsonValue> ids) {
    Set<BsonValue> found = new TreeSet<>(Bson.BY_BYTES);
    log.collection()
        .find(UndoLog.among(ids))
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .forEach(entry -> found.add(entry.get("_id")));
    return found;
  }

  /// The images of these documents, by `_id`.
  Map<BsonValue, BsonDocument> read(Collection<BsonValue> ids) {
    Map<BsonValue, BsonDocument> images = new TreeMap<>(Bson.BY_BYTES);
    log.collection()
        .find(UndoLog.among(ids))
        .forEach(entry -> images.put(entry.get("_id"), image(entry)));
    return images;
  }

  private BsonDocument entry(BsonDocument document) {
    BsonDocument entry =
        DocumentChange.between(document, new BsonDocument())
            .appendTo(new BsonDocument("_id", document.get("_id")));
    byte[] bytes = Bson.bytes(document);
    if (bytes.length < SURELY_FITS || Bson.bytes(entry).length <= LARGEST_ENTRY) {
      return entry;
    }
    BsonArray names = new BsonArray();
    for (int from = 0; from < bytes.length; from += PART_BYTES) {
      BsonObjectId name = new BsonObjectId();
      byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART_BYTES));
      parts.insertOne(new BsonDocument("_id", name).append("bytes", new BsonBinary(part)));
      names.add(name);
    }
    return DocumentChange.between(new BsonDocument(), new BsonDocument())
        .appendTo(new BsonDocument("_id", document.get("_id")))
        .append(PARTS, names);
  }

  /// The document that an entry holds.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` when a part is missing
  BsonDocument image(BsonDocument entry) {
    if (!entry.containsKey(PARTS)) {
      return DocumentChange.of(entry).reverted(new BsonDocument());
    }
    List<byte[]> found = new ArrayList<>();
    for (BsonValue name : entry.getArray(PARTS)) {
      BsonDocument part = parts.find(new BsonDocument("_id", name)).first();
      if (part == null) {
        throw context.failed(
            "UndoLogIncomplete",
            "a part of the image of %s is missing in '%s': it was removed or damaged, the step cannot be undone from it"
                .formatted(Bson.shell(entry.get("_id")), parts.getNamespace().getCollectionName()),
            null);
      }
      found.add(part.getBinary("bytes").getData());
    }
    ByteBuffer bytes = ByteBuffer.allocate(found.stream().mapToInt(part -> part.length).sum());
    found.forEach(bytes::put);
    return new RawBsonDocument(bytes.array()).decode(CODEC);
  }
}
