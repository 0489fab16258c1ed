package dev.godwit.engine.step;

import com.mongodb.MongoNamespace;
import dev.godwit.api.v1alpha1.CollectionName;
import java.util.List;
import org.bson.BsonString;

/// Takes away a collection that a step created: it is moved aside first and dropped only when it is
/// empty, so that what an application wrote into it meanwhile is never lost.
final class AsideRename {

  private AsideRename() {}

  /// @param conflicts takes the name of the collection when it is not empty and stays aside
  static void remove(StepContext context, String collection, Conflicts conflicts) {
    String aside =
        CollectionName.OWN_PREFIX + "aside_%s_%s".formatted(context.attempt().tag(), collection);
    if (Catalog.read(context.database(), List.of(collection)).get(collection).exists()) {
      context
          .collection(collection)
          .renameCollection(new MongoNamespace(context.database().getName(), aside));
    }
    if (context.collection(aside).find().first() == null) {
      context.collection(aside).drop();
    } else {
      conflicts.add(new BsonString("set aside as " + aside));
    }
  }
}
