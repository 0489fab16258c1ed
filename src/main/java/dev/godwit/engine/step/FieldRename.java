package dev.godwit.engine.step;

import dev.godwit.engine.bson.DottedPath;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Which documents a `renameField` can change, and which not. MongoDB's `$rename` does not go into
/// arrays, does not pass through a value that is no document, and overwrites a field of the new
/// name ([MongoDB's
/// manual](https://www.mongodb.com/docs/manual/reference/operator/update/rename/)).
public final class FieldRename {

  private final CompiledOperation.RenameField rename;

  public FieldRename(CompiledOperation.RenameField rename) {
    this.rename = rename;
  }

  /// Documents that have the field and where it can be renamed.
  public BsonDocument renamable() {
    return having(not(obstacle()));
  }

  /// Documents that have the field and where it cannot be renamed.
  public BsonDocument obstructed() {
    return having(obstacle());
  }

  /// Documents that have a field of the new name, too.
  public BsonDocument occupied() {
    return having(new BsonDocument("$and", array(not(broken()), present(rename.to()))));
  }

  /// As the update that does it.
  CompiledOperation.Update asUpdate() {
    return new CompiledOperation.Update(
        rename.collection(),
        renamable(),
        new CompiledOperation.UpdateForm.Operators(
            new BsonDocument(
                "$rename", new BsonDocument(rename.from(), new BsonString(rename.to())))),
        List.of(),
        null,
        null,
        rename.batches());
  }

  /// The first condition can use an index; the second is exact, and knows no arrays.
  private BsonDocument having(BsonDocument condition) {
    return new BsonDocument(rename.from(), new BsonDocument("$exists", BsonBoolean.TRUE))
        .append("$expr", condition);
  }

  private BsonDocument obstacle() {
    return new BsonDocument("$or", array(broken(), present(rename.to())));
  }

  /// Whether something on one of the paths is no document.
  private BsonDocument broken() {
    List<BsonValue> broken = new ArrayList<>();
    DottedPath.parents(rename.from()).forEach(parent -> broken.add(typeIsNot(parent, "object")));
    DottedPath.parents(rename.to())
        .forEach(parent -> broken.add(typeIsNot(parent, "object", "missing")));
    return broken.isEmpty()
        ? new BsonDocument("$literal", BsonBoolean.FALSE)
        : new BsonDocument("$or", new BsonArray(broken));
  }

  private static BsonDocument present(String path) {
    return typeIsNot(path, "missing");
  }

  private static BsonDocument typeIsNot(String path, String... types) {
    BsonArray wanted = new BsonArray();
    for (String type : types) {
      wanted.add(new BsonString(type));
    }
    return not(
        new BsonDocument(
            "$in", array(new BsonDocument("$type", new BsonString("$" + path)), wanted)));
  }

  private static BsonDocument not(BsonDocument condition) {
    return new BsonDocument("$not", array(condition));
  }

  private static BsonArray array(BsonValue... values) {
    return new BsonArray(List.of(values));
  }
}
