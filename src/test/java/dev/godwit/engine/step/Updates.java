package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import java.util.List;
import org.bson.BsonDocument;

/// Updates for tests.
final class Updates {

  private Updates() {}

  static CompiledOperation.Update update(String filter, String update) {
    UpdateForm form =
        update.startsWith("[")
            ? new UpdateForm.Pipeline(
                BsonDocument.parse("{s: " + update + "}").getArray("s").stream()
                    .map(stage -> stage.asDocument())
                    .toList())
            : new UpdateForm.Operators(BsonDocument.parse(update));
    return new CompiledOperation.Update(
        "users", BsonDocument.parse(filter), form, List.of(), null, null, Batches.DEFAULT);
  }
}
