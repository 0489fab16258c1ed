package dev.godwit.core;

import java.util.List;

/// The way from one status to the next, and what is counted on it. Deciding it again, because the
/// status could not be written, gives an equal key.
///
/// @param place the attempt, and the phase that it arrives in
/// @param since when the phase before began; empty when no status told
/// @param tallies what is counted; empty for most ways
public record Transition(String place, String since, List<Tally> tallies) {

  static final Transition NONE = new Transition("", "", List.of());

  public Transition {
    tallies = List.copyOf(tallies);
  }
}
