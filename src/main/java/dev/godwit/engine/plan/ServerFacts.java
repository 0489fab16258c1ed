package dev.godwit.engine.plan;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Which server it is.
///
/// @param product `MongoDB`, or the name of a compatible server
/// @param version of the product
/// @param wireVersion the newest that it speaks
/// @param compatible the version of MongoDB that a compatible server says it is; null for MongoDB
///     itself
public record ServerFacts(String product, String version, int wireVersion, String compatible) {

  private static final int WIRE_VERSION_5_0 = 13;

  static ServerFacts read(MongoDatabase database) {
    int wireVersion =
        database
            .runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class)
            .getNumber("maxWireVersion", new BsonInt32(0))
            .intValue();
    try {
      BsonDocument build =
          database.runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class);
      String version = build.getString("version", new BsonString("unknown")).getValue();
      return build.isDocument("ferretdb")
          ? new ServerFacts(
              "FerretDB",
              build.getDocument("ferretdb").getString("version", new BsonString("")).getValue(),
              wireVersion,
              version)
          : new ServerFacts("MongoDB", version, wireVersion, null);
    } catch (MongoCommandException notAllowed) {
      return new ServerFacts("MongoDB", "unknown", wireVersion, null);
    }
  }

  /// Whether it is FerretDB, whose peculiarities were measured.
  boolean isFerretDb() {
    return product.equals("FerretDB");
  }

  /// Whether it tells indexes apart by `unique` and `sparse`.
  boolean tellsUniqueAndSparse() {
    return wireVersion >= WIRE_VERSION_5_0;
  }

  /// For people: `FerretDB v2.7.0 (as MongoDB 7.0.77)`.
  public String words() {
    return product + " " + version + (compatible == null ? "" : " (as MongoDB " + compatible + ")");
  }
}
