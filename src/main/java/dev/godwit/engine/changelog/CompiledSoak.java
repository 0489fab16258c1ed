package dev.godwit.engine.changelog;

import java.time.Duration;

/// How long checks go on after they held for the first time, and how often they run meanwhile.
///
/// @param length zero for not at all
public record CompiledSoak(Duration length, Duration interval) {

  public static final CompiledSoak NONE = new CompiledSoak(Duration.ZERO, Duration.ofSeconds(30));
}
