package dev.godwit.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a migration waits for that is named in `dependsOn`.
final class Dependencies {

  private final MigrationView view;
  private final Map<String, Dependency> known;

  Dependencies(MigrationView view) {
    this.view = view;
    this.known =
        view.dependencies().stream()
            .collect(Collectors.toMap(Dependency::name, Function.identity(), (one, _) -> one));
  }

  /// Why none of those that wait for each other will ever start, for people.
  Optional<String> cycle() {
    List<String> way = new ArrayList<>(List.of(view.id().name()));
    if (leadsBack(view.spec().dependsOnOrEmpty(), way, new HashSet<>())) {
      return Optional.of(
          "spec.dependsOn goes round in a circle: %s; take one of them out"
              .formatted(String.join(" needs ", way)));
    }
    return later()
        .map(
            after ->
                ("spec.dependsOn leads to %s, which comes after this one on the same database, so"
                        + " that neither may start; take it out or change a version")
                    .formatted(after.describe()));
  }

  /// Whether one of `names` leads to this migration; then `way` ends there.
  private boolean leadsBack(List<String> names, List<String> way, Set<String> seen) {
    for (String name : names) {
      way.add(name);
      if (name.equals(view.id().name())) {
        return true;
      }
      Dependency next = known.get(name);
      if (next != null
          && !next.isMet()
          && seen.add(name)
          && leadsBack(next.dependsOn(), way, seen)) {
        return true;
      }
      way.removeLast();
    }
    return false;
  }

  /// One that is needed but has to wait for this one by its version.
  private Optional<Neighbour> later() {
    Set<String> open =
        view.dependencies().stream()
            .filter(it -> !it.isMet())
            .map(Dependency::name)
            .collect(Collectors.toSet());
    return Order.successors(view).stream().filter(it -> open.contains(it.name())).findFirst();
  }

  /// The first that is missing or has not succeeded, for people.
  Optional<String> unmet() {
    for (String name : view.spec().dependsOnOrEmpty()) {
      Dependency dependency = known.get(name);
      if (dependency == null) {
        return Optional.of(
            "waits for %s, which spec.dependsOn names and which is not there".formatted(name));
      }
      if (!dependency.isMet()) {
        return Optional.of(
            "waits for %s (%s), which spec.dependsOn names%s"
                .formatted(
                    name,
                    dependency.phase() == null ? "new" : dependency.phase(),
                    dependency.phase() != null && dependency.phase().isTerminal()
                        ? "; it will not succeed by itself"
                        : ""));
      }
    }
    return Optional.empty();
  }
}
