package dev.godwit.property;

import dev.godwit.property.Case.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/// What the steps so far leave for the next one: which collections there are, and which indexes.
final class Scene {

  private final Dice dice;
  private final Map<String, List<String>> indexes = new TreeMap<>();
  private int made;

  Scene(Dice dice, Map<String, Seed> seeds) {
    this.dice = dice;
    seeds.forEach(
        (name, seed) -> {
          List<String> names = new ArrayList<>();
          for (BsonDocument index : seed.indexes()) {
            names.add(index.getString("name").getValue());
          }
          indexes.put(name, names);
        });
  }

  /// A collection, mostly the one with most documents; now and then one that is gone.
  String some() {
    return !dice.onceIn(3) && indexes.containsKey("users") || indexes.isEmpty()
        ? "users"
        : dice.pick(List.copyOf(indexes.keySet()));
  }

  /// The name of a collection that is not there, and will be.
  String fresh() {
    String name = "new" + number();
    indexes.put(name, new ArrayList<>());
    return name;
  }

  int number() {
    return made++;
  }

  void drop(String collection) {
    indexes.remove(collection);
  }

  void rename(String collection, String to) {
    List<String> names = indexes.remove(collection);
    indexes.put(to, names == null ? new ArrayList<>() : names);
  }

  /// The names of a collection's indexes, for reading and writing.
  List<String> indexes(String collection) {
    return indexes.computeIfAbsent(collection, name -> new ArrayList<>());
  }
}
