package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.property.Case.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Random steps for a database, each made with the earlier ones in mind: what they create, it may
/// use.
final class RandomSteps {

  private final Dice dice;
  private final RandomDocuments documents;
  private final RandomValues values;
  private final RandomUpdates updates;
  private final Map<String, Seed> seeds;
  private final List<String> there;
  private int made;

  RandomSteps(Dice dice, Map<String, Seed> seeds) {
    this.dice = dice;
    this.documents = new RandomDocuments(dice);
    this.values = new RandomValues(dice);
    this.updates = new RandomUpdates(dice);
    this.seeds = seeds;
    this.there = new ArrayList<>(seeds.keySet());
  }

  ObjectNode next(String name) {
    ObjectNode step = JsonNodeFactory.instance.objectNode().put("name", name);
    dice.<Runnable>pick(
            () -> createCollection(step.putObject("createCollection")),
            () -> createIndexes(step.putObject("createIndexes")),
            () -> insert(step.putObject("insert")),
            () -> insert(step.putObject("insert")),
            () -> update(step.putObject("update")),
            () -> update(step.putObject("update")),
            () -> update(step.putObject("update")),
            () -> update(step.putObject("update")))
        .run();
    return step;
  }

  private String some() {
    return dice.onceIn(3) ? dice.pick(there) : "users";
  }

  private String fresh() {
    String name = "new" + made++;
    there.add(name);
    return name;
  }

  private void createCollection(ObjectNode create) {
    if (dice.onceIn(5)) {
      create.put("collection", some());
      return;
    }
    create.put("collection", fresh());
    if (dice.onceIn(2)) {
      create.put(
          "options",
          dice.pick(
              "{validator: {_id: {$exists: true}}}",
              "{validator: {u: {$not: {$type: 'string'}}}, validationLevel: 'moderate'}",
              "{validator: {$expr: {$ne: ['$u', 'never']}}, validationAction: 'warn'}"));
    }
  }

  private void createIndexes(ObjectNode create) {
    create.put("collection", some());
    ArrayNode indexes = create.putArray("indexes");
    List<String> fields = new ArrayList<>(List.of("n", "s", "u", "k", "sub.x", "-done", "-u"));
    java.util.Collections.shuffle(fields, dice.random());
    for (int i = dice.between(1, 2); i > 0; i--) {
      ObjectNode index = indexes.addObject();
      ArrayNode keys = index.putArray("keys");
      for (int j = dice.between(1, 2); j > 0; j--) {
        keys.add(fields.removeFirst().replace("-u", "-k2"));
      }
      index.put("name", "i" + made++);
      switch (dice.below(6)) {
        case 0 -> index.put("sparse", true);
        case 1 -> index.put("partialFilterExpression", "{k: {$gt: 0}}");
        case 2 -> index.put("unique", dice.onceIn(4));
        case 3 -> {
          if (keys.size() == 1) {
            index.put("expireAfterSeconds", 2_000_000_000);
          }
        }
        default -> {
          // A plain one.
        }
      }
    }
  }

  private void insert(ObjectNode insert) {
    String collection = dice.onceIn(4) ? fresh() : some();
    insert.put("collection", collection);
    ArrayNode texts = insert.putArray("documents");
    List<BsonDocument> fresh = documents.many(dice.between(1, 4));
    Seed seed = seeds.get(collection);
    for (int i = 0; i < fresh.size(); i++) {
      BsonDocument document = fresh.get(i);
      document.put("u", new BsonString("inserted" + made++));
      if (seed != null && !seed.documents().isEmpty() && dice.onceIn(4)) {
        document.put("_id", dice.pick(seed.documents()).get("_id"));
      } else if (dice.onceIn(4)) {
        document.remove("_id");
      }
    }
    CaseGenerator.texts(texts, fresh);
    if (dice.onceIn(3)) {
      insert.putArray("matchOn").add("u");
    }
    insert.put("onConflict", dice.pick("Fail", "Skip", "Replace", "Replace"));
  }

  private void update(ObjectNode update) {
    update.put("collection", some());
    updates.fill(update);
    batches(update);
  }

  private void batches(ObjectNode operation) {
    if (dice.onceIn(4)) {
      operation.putObject("batches").put("size", dice.between(1, 4));
    }
  }
}
