package dev.godwit.property;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Random documents with some fields in common, which steps then work on: `n` is mostly a number,
/// `s` a string, `tags` an array, `sub` a document, `u` differs from document to document, `k` is
/// one of few.
final class RandomDocuments {

  private final Dice dice;
  private final RandomValues values;

  RandomDocuments(Dice dice) {
    this.dice = dice;
    this.values = new RandomValues(dice);
  }

  /// Documents with `_id`s of every type; some may be equal for the server, which then keeps one.
  List<BsonDocument> many(int count) {
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(one(i));
    }
    return documents;
  }

  BsonDocument one(int unique) {
    BsonDocument document = new BsonDocument("_id", values.id());
    field(document, "n", values.number());
    field(document, "s", values.string());
    field(document, "tags", values.array(1));
    field(document, "sub", new BsonDocument("x", values.any(1)).append("y", values.number()));
    document.append("u", new BsonInt32(unique)).append("k", new BsonInt32(dice.below(3)));
    for (int i = dice.below(3); i > 0; i--) {
      document.putIfAbsent(values.name(), values.any(2));
    }
    return dice.onceIn(5) ? shuffled(document) : document;
  }

  private void field(BsonDocument document, String name, BsonValue usual) {
    if (dice.onceIn(8)) {
      document.put(name, values.any(1));
    } else if (!dice.onceIn(6)) {
      document.put(name, usual);
    }
  }

  /// The fields in another order, `_id` first.
  private BsonDocument shuffled(BsonDocument document) {
    List<String> names = new ArrayList<>(document.keySet());
    names.remove("_id");
    java.util.Collections.shuffle(names, dice.random());
    BsonDocument result = new BsonDocument("_id", document.get("_id"));
    names.forEach(name -> result.put(name, document.get(name)));
    return result;
  }

  /// A document that comes near to 16 MiB.
  BsonDocument huge() {
    BsonDocument document = one(1000);
    int size = dice.pick(5_000_000, 7_900_000, 12_000_000, 16_700_000);
    document.put("huge", new BsonString("x".repeat(size)));
    return document;
  }

  BsonArray ids(List<BsonDocument> documents) {
    return new BsonArray(
        documents.stream().filter(one -> dice.onceIn(2)).map(one -> one.get("_id")).toList());
  }
}
