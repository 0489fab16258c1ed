package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.InsertConflict;
import dev.godwit.engine.bson.Bson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Checksums. That of a migration is over the meaning of the steps: SHA-256 over the BSON of the
/// operations in their order, defaults filled in. Names, description, quoting, white space, checks,
/// batches and job settings do not count.
public final class Checksums {

  private Checksums() {}

  /// `sha256:` and 64 hexadecimal digits.
  static String of(List<CompiledStep> steps) {
    BsonArray operations =
        new BsonArray(steps.stream().map(step -> meaning(step.operation())).toList());
    return sha256(new BsonDocument("steps", operations));
  }

  /// `sha256:` and 64 hexadecimal digits over the document's bytes.
  public static String sha256(BsonDocument document) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Bson.bytes(document));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static BsonDocument meaning(CompiledOperation operation) {
    BsonDocument collection =
        new BsonDocument("collection", new BsonString(operation.collection()));
    return switch (operation) {
      case CompiledOperation.CreateCollection create ->
          new BsonDocument("createCollection", collection.append("options", create.options()));
      case CompiledOperation.CreateIndexes create ->
          new BsonDocument(
              "createIndexes",
              collection.append(
                  "indexes",
                  new BsonArray(
                      create.indexes().stream().map(IndexDefinition::toCommand).toList())));
      case CompiledOperation.Insert insert ->
          new BsonDocument("insert", insert(collection, insert));
      case CompiledOperation.Update update ->
          new BsonDocument(
              "update",
              collection
                  .append("filter", update.filter())
                  .append(
                      "update",
                      switch (update.update()) {
                        case CompiledOperation.UpdateForm.Operators operators ->
                            operators.document();
                        case CompiledOperation.UpdateForm.Pipeline pipeline ->
                            new BsonArray(pipeline.stages());
                      })
                  .append("arrayFilters", new BsonArray(update.arrayFilters())));
    };
  }

  private static BsonDocument insert(BsonDocument start, CompiledOperation.Insert insert) {
    start.append("documents", new BsonArray(insert.documents()));
    start.append("matchOn", new BsonArray(insert.matchOn().stream().map(BsonString::new).toList()));
    if (insert.onConflict() != InsertConflict.Fail) {
      start.append("onConflict", new BsonString(insert.onConflict().name()));
    }
    return start;
  }
}
