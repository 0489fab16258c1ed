package dev.godwit.core;

import java.time.Instant;
import java.util.List;

/// A migration or restore as others that work on the same database see it.
///
/// @param what its kind and name, for people
/// @param name its name
/// @param running whether it is between its start and its end
/// @param touching whether it may be changing the database now
/// @param completed when it ended well; null when it did not
/// @param undone versions of migrations that are not applied any more because of it
public record TargetRun(
    String what,
    String name,
    boolean running,
    boolean touching,
    Instant completed,
    List<String> undone) {

  public TargetRun {
    undone = List.copyOf(undone);
  }
}
