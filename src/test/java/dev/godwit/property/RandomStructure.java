package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Random steps that change collections and indexes.
final class RandomStructure {

  private static final List<String> VALIDATORS =
      List.of(
          "{_id: {$exists: true}}",
          "{u: {$not: {$type: 'bool'}}}",
          "{$jsonSchema: {properties: {k: {bsonType: ['int', 'string']}}}}",
          "{$expr: {$ne: ['$u', 'never']}}");

  private final Dice dice;
  private final Scene scene;

  RandomStructure(Dice dice, Scene scene) {
    this.dice = dice;
    this.scene = scene;
  }

  void next(ObjectNode step) {
    dice.<Runnable>pick(
            () -> createCollection(step.putObject("createCollection")),
            () -> dropCollection(step.putObject("dropCollection")),
            () -> renameCollection(step.putObject("renameCollection")),
            () -> createIndexes(step.putObject("createIndexes")),
            () -> createIndexes(step.putObject("createIndexes")),
            () -> dropIndexes(step),
            () -> setValidator(step.putObject("setValidator")))
        .run();
  }

  private void createCollection(ObjectNode create) {
    if (dice.onceIn(6)) {
      create.put("collection", scene.some());
      return;
    }
    create.put("collection", scene.fresh());
    if (dice.onceIn(2)) {
      create.put(
          "options",
          "{validator: %s%s}"
              .formatted(
                  dice.pick(VALIDATORS),
                  dice.pick("", ", validationLevel: 'moderate'", ", validationAction: 'warn'")));
    }
  }

  private void dropCollection(ObjectNode drop) {
    String collection = scene.some();
    drop.put("collection", collection);
    scene.drop(collection);
  }

  private void renameCollection(ObjectNode rename) {
    String collection = scene.some();
    String to = dice.onceIn(3) ? "orders" : "renamed" + scene.number();
    rename.put("collection", collection).put("to", to);
    if (dice.onceIn(2) || to.equals("orders")) {
      rename.put("dropTarget", dice.pick("SetAside", "SetAside", "Refuse"));
    }
    scene.rename(collection, to);
  }

  private void createIndexes(ObjectNode create) {
    String collection = scene.some();
    create.put("collection", collection);
    ArrayNode indexes = create.putArray("indexes");
    List<String> fields = new ArrayList<>(List.of("n", "s", "u", "k", "sub.x", "-done", "-k2"));
    Collections.shuffle(fields, dice.random());
    for (int i = dice.between(1, 2); i > 0; i--) {
      ObjectNode index = indexes.addObject();
      ArrayNode keys = index.putArray("keys");
      for (int j = dice.between(1, 2); j > 0; j--) {
        keys.add(fields.removeFirst());
      }
      String name = "i" + scene.number();
      index.put("name", name);
      scene.indexes(collection).add(name);
      option(index, keys.size());
    }
  }

  private void option(ObjectNode index, int keys) {
    switch (dice.below(6)) {
      case 0 -> index.put("sparse", true);
      case 1 -> index.put("partialFilterExpression", "{k: {$gt: 0}}");
      case 2 -> index.put("unique", dice.onceIn(4));
      case 3 -> {
        if (keys == 1) {
          index.put("expireAfterSeconds", 2_000_000_000);
        }
      }
      default -> {
        // A plain one.
      }
    }
  }

  private void dropIndexes(ObjectNode step) {
    String collection = scene.some();
    List<String> names = scene.indexes(collection);
    if (names.isEmpty()) {
      createIndexes(step.putObject("createIndexes"));
      return;
    }
    String name = dice.pick(names);
    names.remove(name);
    step.putObject("dropIndexes").put("collection", collection).putArray("indexes").add(name);
  }

  private void setValidator(ObjectNode set) {
    set.put("collection", scene.some())
        .put("validator", dice.onceIn(3) ? "{}" : dice.pick(VALIDATORS));
    if (dice.onceIn(2)) {
      set.put("level", dice.pick("Strict", "Moderate", "None"));
    }
    if (dice.onceIn(2)) {
      set.put("action", dice.pick("Error", "Warn"));
    }
  }

  /// Hides an index, which is no step, and may be done twice.
  void runCommand(ObjectNode step) {
    String collection = scene.some();
    if (!scene.indexes(collection).contains("k_n")) {
      setValidator(step.putObject("setValidator"));
      return;
    }
    command(step.putObject("runCommand"), collection, true);
    command(step.putArray("rollback").addObject().putObject("runCommand"), collection, false);
  }

  private static void command(ObjectNode run, String collection, boolean hidden) {
    run.put(
            "command",
            "{collMod: '%s', index: {name: 'k_n', hidden: %s}}".formatted(collection, hidden))
        .putArray("collections")
        .add(collection);
  }
}
