package dev.godwit.engine.changelog;

import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What is wrong with a manifest: the first problem ends the reading, or all are collected.
final class Problems {

  /// Ends a section whose problems are collected already.
  private static final class Settled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Settled() {
      super(null, null, false, false);
    }
  }

  private final boolean collecting;
  private final List<RunException> found = new ArrayList<>();
  private int before;

  private Problems(boolean collecting) {
    this.collecting = collecting;
  }

  /// The first problem is thrown.
  static Problems throwing() {
    return new Problems(false);
  }

  /// All are collected.
  static Problems collecting() {
    return new Problems(true);
  }

  List<RunException> found() {
    return List.copyOf(found);
  }

  /// The value of a field; null when its problem was collected. [#settle] before it is used.
  <T> T of(Supplier<T> field) {
    if (!collecting) {
      return field.get();
    }
    try {
      return field.get();
    } catch (RunException problem) {
      found.add(problem);
      return null;
    }
  }

  /// As [#of] for what has no value.
  void check(Runnable rule) {
    of(
        () -> {
          rule.run();
          return null;
        });
  }

  /// Ends the section when a field of it has a problem: the values are not all there.
  void settle() {
    if (found.size() > before) {
      throw new Settled();
    }
  }

  /// A part of a manifest whose problems hide no others.
  ///
  /// @return its value; empty when its problems were collected
  <T> Optional<T> section(Supplier<T> body) {
    int outer = before;
    before = found.size();
    try {
      T value = of(body);
      return found.size() > before ? Optional.empty() : Optional.ofNullable(value);
    } catch (Settled known) {
      return Optional.empty();
    } finally {
      before = outer;
    }
  }
}
