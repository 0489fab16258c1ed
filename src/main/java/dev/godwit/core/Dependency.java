package dev.godwit.core;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.List;

/// A migration that another one names in `dependsOn`, or that such a one names, and so on.
///
/// @param phase its phase; null when nobody has looked at it
/// @param dependsOn names of those that it depends on itself
public record Dependency(String name, MigrationPhase phase, List<String> dependsOn) {

  public Dependency {
    dependsOn = List.copyOf(dependsOn);
  }

  boolean isMet() {
    return phase == MigrationPhase.Succeeded;
  }
}
