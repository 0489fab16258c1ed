package dev.godwit.cli;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import java.util.Collection;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/// Which versions.
final class Selection {

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      description = "Up to this version; for down: this one stays, later ones go.")
  private String to;

  @Option(names = "--only", paramLabel = "VERSION", description = "This version alone.")
  private String only;

  boolean isOnly() {
    return only != null;
  }

  /// The versions that come before or at the end.
  ///
  /// @param known all that there are
  /// @throws RunException with verdict `Refused` when the named one is not among them
  Predicate<String> upTo(Collection<String> known) {
    require(known);
    return version ->
        only == null
            ? to == null || NaturalOrder.BY_VALUE.compare(version, to) <= 0
            : NaturalOrder.sameVersion(version, only);
  }

  /// The versions that come after the one that stays.
  ///
  /// @param known all that there are
  /// @throws RunException with verdict `Refused` when the named one is not among them
  Predicate<String> downTo(Collection<String> known) {
    require(known);
    return version ->
        only == null
            ? to == null || NaturalOrder.BY_VALUE.compare(version, to) > 0
            : NaturalOrder.sameVersion(version, only);
  }

  private void require(Collection<String> known) {
    String named = to == null ? only : to;
    if (named != null && known.stream().noneMatch(it -> NaturalOrder.sameVersion(it, named))) {
      throw RunException.refused(
          "VersionUnknown",
          to == null ? "--only" : "--to",
          "there is no version %s; there are %s"
              .formatted(
                  named, known.stream().distinct().sorted(NaturalOrder.COMPARATOR).toList()));
    }
  }
}
