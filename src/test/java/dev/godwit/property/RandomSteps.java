package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.property.Case.Seed;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Random steps for a database, each made with the earlier ones in mind: what they create, it may
/// use.
final class RandomSteps {

  private final Dice dice;
  private final RandomDocuments documents;
  private final RandomUpdates updates;
  private final Map<String, Seed> seeds;
  private final Scene scene;
  private final RandomStructure structure;

  RandomSteps(Dice dice, Map<String, Seed> seeds) {
    this.dice = dice;
    this.documents = new RandomDocuments(dice);
    this.updates = new RandomUpdates(dice);
    this.seeds = seeds;
    this.scene = new Scene(dice, seeds);
    this.structure = new RandomStructure(dice, scene);
  }

  ObjectNode next(String name) {
    ObjectNode step = JsonNodeFactory.instance.objectNode().put("name", name);
    dice.<Runnable>pick(
            () -> structure.next(step),
            () -> structure.next(step),
            () -> structure.next(step),
            () -> insert(step.putObject("insert")),
            () -> update(step.putObject("update")),
            () -> update(step.putObject("update")),
            () -> update(step.putObject("update")),
            () -> delete(step.putObject("delete")),
            () -> delete(step.putObject("delete")),
            () -> merge(step.putObject("merge")),
            () -> renameField(step.putObject("renameField")),
            () -> takenBackByItself(step),
            () -> structure.runCommand(step))
        .run();
    return step;
  }

  private void insert(ObjectNode insert) {
    String collection = dice.onceIn(4) ? scene.fresh() : scene.some();
    insert.put("collection", collection);
    ArrayNode texts = insert.putArray("documents");
    List<BsonDocument> fresh = documents.many(dice.between(1, 4));
    Seed seed = seeds.get(collection);
    for (int i = 0; i < fresh.size(); i++) {
      BsonDocument document = fresh.get(i);
      document.put("u", new BsonString("inserted" + scene.number()));
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
    update.put("collection", scene.some());
    updates.fill(update);
    batches(update);
  }

  private void delete(ObjectNode delete) {
    delete.put("collection", scene.some());
    if (dice.onceIn(3)) {
      delete.put(
          "pipeline",
          dice.pick(
              "[{$match: {k: {$lt: 2}}}, {$project: {_id: 1}}]",
              "[{$match: {u: {$mod: [2, 0]}}}]",
              "[{$sort: {u: 1, _id: 1}}, {$skip: 2}, {$limit: 3}]"));
    } else {
      delete.put("filter", updates.filter());
    }
    batches(delete);
  }

  private void merge(ObjectNode merge) {
    String from = scene.some();
    String into = dice.make(scene::some, scene::some, scene::fresh);
    merge
        .put("collection", from)
        .put(
            "pipeline",
            dice.pick(
                "[{$project: {merged: '$k', n: 1}}]",
                "[{$set: {merged: '$u'}}]",
                "[{$match: {k: {$lt: 2}}}, {$project: {s: 1, 'sub.x': 1}}]",
                "[{$project: {_id: '$k', last: '$u'}}, {$group: {_id: '$_id', last: {$max: '$last'}}}]"))
        .put("into", into)
        .put("whenMatched", dice.pick("Merge", "Merge", "Replace", "KeepExisting", "Fail"))
        .put("whenNotMatched", dice.pick("Insert", "Insert", "Discard", "Fail"));
    batches(merge);
  }

  private void renameField(ObjectNode rename) {
    rename
        .put("collection", scene.some())
        .put("from", dice.pick("n", "s", "tags", "sub", "sub.x", "missing"))
        .put("to", dice.pick("renamed", "other.place", "sub.z", "nn"));
    batches(rename);
  }

  /// A step with a rollback of its own, which may be run again after a crash.
  private void takenBackByItself(ObjectNode step) {
    String collection = scene.some();
    String field = "own" + scene.number();
    step.putObject("update")
        .put("collection", collection)
        .put("filter", "{%s: {$exists: false}}".formatted(field))
        .put("update", "{$set: {%s: 'here'}}".formatted(field));
    step.putArray("rollback")
        .addObject()
        .putObject("update")
        .put("collection", collection)
        .put("update", "{$unset: {%s: ''}}".formatted(field));
  }

  private void batches(ObjectNode operation) {
    if (dice.onceIn(4)) {
      operation.putObject("batches").put("size", dice.between(1, 4));
    }
  }
}
