package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.engine.bson.Bson;
import dev.godwit.property.Case.Crash;
import dev.godwit.property.Case.Kind;
import dev.godwit.property.Case.Point;
import dev.godwit.property.Case.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/// Makes a case of a seed: always the same.
final class CaseGenerator {

  private CaseGenerator() {}

  static Case of(long seed) {
    Dice dice = new Dice(seed);
    RandomDocuments documents = new RandomDocuments(dice);
    Map<String, Seed> collections = new TreeMap<>();
    collections.put("users", seed(dice, documents, dice.pick(0, 1, 3, 6, 10, 14)));
    collections.put("orders", seed(dice, documents, dice.below(5)));
    if (dice.onceIn(50)) {
      collections.get("users").documents().add(documents.huge());
    }
    Crash crash = crash(dice);
    RandomSteps steps = new RandomSteps(dice, collections);
    List<ObjectNode> list = new ArrayList<>();
    int count = crash.apply().kind() == Kind.ZOMBIE ? 1 : dice.pick(1, 1, 2, 3, 4);
    for (int i = 0; i < count; i++) {
      list.add(steps.next("s" + i));
    }
    return new Case(collections, list, settings(dice), crash);
  }

  private static Seed seed(Dice dice, RandomDocuments documents, int count) {
    List<BsonDocument> indexes = new ArrayList<>();
    if (dice.onceIn(4)) {
      indexes.add(BsonDocument.parse("{key: {u: 1}, name: 'u_1', unique: true, sparse: true}"));
    }
    if (dice.onceIn(4)) {
      indexes.add(BsonDocument.parse("{key: {k: 1, n: -1}, name: 'k_n'}"));
    }
    return new Seed(documents.many(count), indexes);
  }

  private static Crash crash(Dice dice) {
    Kind apply =
        dice.pick(
            Kind.BEFORE,
            Kind.BEFORE,
            Kind.BEFORE,
            Kind.AFTER,
            Kind.AFTER,
            Kind.AFTER,
            Kind.AFTER,
            Kind.NONE,
            Kind.ZOMBIE);
    Kind rollback = dice.pick(Kind.BEFORE, Kind.AFTER, Kind.AFTER, Kind.NONE);
    return new Crash(
        new Point(apply, dice.below(1000)),
        apply == Kind.ZOMBIE || !dice.onceIn(4),
        new Point(rollback, dice.below(1000)));
  }

  private static ObjectNode settings(Dice dice) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    ObjectNode batches = settings.putObject("batches").put("size", dice.pick(1, 2, 3, 5, 1000));
    if (dice.onceIn(3)) {
      batches.put("parallelism", dice.pick(2, 3, 4));
    }
    settings
        .putObject("rollback")
        .put("onFailure", "Steps")
        .put("onConflict", dice.pick("KeepNewer", "Overwrite"));
    return settings;
  }

  static void texts(ArrayNode into, Iterable<BsonDocument> documents) {
    documents.forEach(document -> into.add(Bson.shell(document)));
  }
}
