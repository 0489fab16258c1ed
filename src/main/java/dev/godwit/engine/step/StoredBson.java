package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Documents inside of an intent, byte for byte: their names may be some that a server does not
/// take in a document (`$jsonSchema`), and JSON knows one form of a regular expression where BSON
/// has two.
final class StoredBson {

  private StoredBson() {}

  static BsonBinary of(BsonDocument document) {
    return new BsonBinary(Bson.bytes(document));
  }

  static BsonDocument document(BsonBinary stored) {
    return new RawBsonDocument(stored.getData()).decode(new BsonDocumentCodec());
  }
}
