package dev.godwit.bench;

import dev.godwit.api.v1alpha1.Batches;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// What [LargeBackfill] is asked for.
///
/// @param kills how often the runner is killed
/// @param size documents in a batch
/// @param memory limit of the runner's container
/// @param rollback whether it is rolled back at the end
record LargeOptions(
    long documents,
    int kills,
    int size,
    int parallelism,
    long seed,
    String memory,
    boolean rollback) {

  static final String USAGE =
      "[documents] [kills] [size=1000] [parallelism=1] [seed=N] [memory=512m] [rollback]";

  private static final Set<String> NAMES = Set.of("size", "parallelism", "seed", "memory");

  /// @throws IllegalArgumentException for what is not in [#USAGE]
  static LargeOptions of(String... args) {
    List<String> numbers = new ArrayList<>();
    Map<String, String> named = new HashMap<>();
    boolean rollback = false;
    for (String arg : args) {
      String[] parts = arg.split("=", 2);
      if (arg.equals("rollback")) {
        rollback = true;
      } else if (parts.length == 2 && NAMES.contains(parts[0])) {
        named.put(parts[0], parts[1]);
      } else if (numbers.size() < 2 && arg.matches("[0-9_]+")) {
        numbers.add(arg.replace("_", ""));
      } else {
        throw new IllegalArgumentException("what is '%s'? %s".formatted(arg, USAGE));
      }
    }
    return new LargeOptions(
        numbers.isEmpty() ? 10_000_000 : Long.parseLong(numbers.getFirst()),
        numbers.size() < 2 ? 3 : Integer.parseInt(numbers.get(1)),
        Integer.parseInt(named.getOrDefault("size", "" + Batches.DEFAULT_SIZE)),
        Integer.parseInt(named.getOrDefault("parallelism", "1")),
        named.containsKey("seed") ? Long.parseLong(named.get("seed")) : new Random().nextInt(),
        named.getOrDefault("memory", "512m"),
        rollback);
  }
}
