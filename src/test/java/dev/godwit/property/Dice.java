package dev.godwit.property;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Random choices from one seed.
record Dice(Random random) {

  Dice(long seed) {
    this(new Random(seed));
  }

  /// From 0 to `bound` - 1.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// From `low` to `high`, both included.
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /// Once in `n` times.
  boolean onceIn(int n) {
    return random.nextInt(n) == 0;
  }

  <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  @SafeVarargs
  final <T> T pick(T... all) {
    return all[random.nextInt(all.length)];
  }

  /// One of several ways to make a value.
  @SafeVarargs
  final <T> T make(Supplier<? extends T>... ways) {
    return ways[random.nextInt(ways.length)].get();
  }
}
