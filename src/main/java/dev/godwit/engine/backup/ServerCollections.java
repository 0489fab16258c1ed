package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What a server says of its collections.
final class ServerCollections {

  private ServerCollections() {}

  static Optional<CollectionMetadata> metadata(MongoDatabase database, String name) {
    BsonDocument info =
        database
            .listCollections(BsonDocument.class)
            .filter(new BsonDocument("name", new BsonString(name)))
            .first();
    return Optional.ofNullable(info).map(found -> metadata(database, found));
  }

  /// @param info an entry of `listCollections`
  static CollectionMetadata metadata(MongoDatabase database, BsonDocument info) {
    String name = info.getString("name").getValue();
    String type = info.getString("type", new BsonString(CollectionMetadata.COLLECTION)).getValue();
    return new CollectionMetadata(
        name,
        type,
        info.getDocument("options", new BsonDocument()),
        type.equals(CollectionMetadata.VIEW) ? List.of() : indexes(database, name),
        uuid(info));
  }

  private static List<BsonDocument> indexes(MongoDatabase database, String collection) {
    List<BsonDocument> indexes = new ArrayList<>();
    for (BsonDocument index : database.getCollection(collection).listIndexes(BsonDocument.class)) {
      indexes.add(CollectionMetadata.withoutServersOwn(index));
    }
    return indexes;
  }

  private static String uuid(BsonDocument info) {
    BsonDocument details = info.getDocument("info", new BsonDocument());
    if (!details.isBinary("uuid")) {
      return null;
    }
    return HexFormat.of().formatHex(ByteBuffer.wrap(details.getBinary("uuid").getData()).array());
  }
}
