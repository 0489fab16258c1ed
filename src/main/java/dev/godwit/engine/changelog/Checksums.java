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
    BsonArray operations = new BsonArray(steps.stream().map(Checksums::meaning).toList());
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

  private static BsonDocument meaning(CompiledStep step) {
    BsonDocument meaning = meaning(step.operation());
    return step.rollback().isEmpty()
        ? meaning
        : meaning.append(
            "rollback",
            new BsonArray(step.rollback().stream().map(operation -> meaning(operation)).toList()));
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
          new BsonDocument("update", update(collection, update));
      case CompiledOperation.DropCollection _ -> new BsonDocument("dropCollection", collection);
      case CompiledOperation.RenameCollection rename ->
          new BsonDocument(
              "renameCollection",
              collection
                  .append("to", new BsonString(rename.to()))
                  .append("dropTarget", new BsonString(rename.dropTarget().name())));
      case CompiledOperation.DropIndexes drop ->
          new BsonDocument("dropIndexes", collection.append("indexes", strings(drop.names())));
      case CompiledOperation.SetValidator set ->
          new BsonDocument(
              "setValidator",
              collection
                  .append("validator", set.validator())
                  .append("level", new BsonString(set.level().name()))
                  .append("action", new BsonString(set.action().name())));
      case CompiledOperation.Delete delete ->
          new BsonDocument(
              "delete",
              switch (delete.selection()) {
                case CompiledOperation.Selection.Filter filter ->
                    collection.append("filter", filter.filter());
                case CompiledOperation.Selection.Pipeline pipeline ->
                    collection.append("pipeline", new BsonArray(pipeline.stages()));
              });
      case CompiledOperation.Merge merge ->
          new BsonDocument(
              "merge",
              collection
                  .append("pipeline", new BsonArray(merge.pipeline()))
                  .append("into", new BsonString(merge.into()))
                  .append("on", strings(merge.on()))
                  .append("whenMatched", new BsonString(merge.whenMatched().name()))
                  .append("whenNotMatched", new BsonString(merge.whenNotMatched().name())));
      case CompiledOperation.RenameField rename ->
          new BsonDocument(
              "renameField",
              collection
                  .append("from", new BsonString(rename.from()))
                  .append("to", new BsonString(rename.to())));
      case CompiledOperation.RunCommand run ->
          new BsonDocument("runCommand", new BsonDocument("command", run.command()));
    };
  }

  private static BsonDocument update(BsonDocument start, CompiledOperation.Update update) {
    start
        .append("filter", update.filter())
        .append(
            "update",
            switch (update.update()) {
              case CompiledOperation.UpdateForm.Operators operators -> operators.document();
              case CompiledOperation.UpdateForm.Pipeline pipeline ->
                  new BsonArray(pipeline.stages());
            })
        .append("arrayFilters", new BsonArray(update.arrayFilters()));
    return update.collation() == null ? start : start.append("collation", update.collation());
  }

  private static BsonArray strings(List<String> strings) {
    return new BsonArray(strings.stream().map(BsonString::new).toList());
  }

  private static BsonDocument insert(BsonDocument start, CompiledOperation.Insert insert) {
    start.append("documents", new BsonArray(insert.documents()));
    start.append("matchOn", strings(insert.matchOn()));
    if (insert.onConflict() != InsertConflict.Fail) {
      start.append("onConflict", new BsonString(insert.onConflict().name()));
    }
    return start;
  }
}
