package dev.godwit.core;

import dev.godwit.api.v1alpha1.NaturalOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The order of the migrations of one target. `4` and `004` are one version here: neither comes
/// before the other, and only the older one may run.
final class Order {

  private static final Comparator<Neighbour> BY_VERSION =
      Comparator.comparing(Neighbour::version, NaturalOrder.BY_VALUE)
          .thenComparing(Neighbour::created)
          .thenComparing(Neighbour::name);

  private Order() {}

  /// The older migration with the same version.
  static Optional<Neighbour> elderTwin(MigrationView view) {
    return view.neighbours().stream()
        .filter(other -> NaturalOrder.sameVersion(other.version(), view.spec().version()))
        .filter(
            other ->
                other.created().isBefore(view.id().created())
                    || (other.created().equals(view.id().created())
                        && other.name().compareTo(view.id().name()) < 0))
        .min(BY_VERSION);
  }

  /// The first predecessor that is not where it is wanted to be.
  static Optional<Neighbour> blockingPredecessor(MigrationView view) {
    return view.neighbours().stream()
        .filter(other -> compare(other, view) < 0 && !other.isSettled())
        .min(BY_VERSION);
  }

  /// A migration or restore that runs on the target now, for people.
  static Optional<String> running(MigrationView view) {
    return view.neighbours().stream()
        .filter(Neighbour::isRunning)
        .min(BY_VERSION)
        .map(Neighbour::describe)
        .or(
            () ->
                view.restores().stream()
                    .filter(TargetRun::running)
                    .map(TargetRun::what)
                    .findFirst());
  }

  /// A migration or restore whose Job may be changing the target now, for people.
  static Optional<String> touching(MigrationView view) {
    return view.neighbours().stream()
        .filter(other -> other.phase() != null && other.phase().isTouching())
        .min(BY_VERSION)
        .map(Neighbour::describe)
        .or(
            () ->
                view.restores().stream()
                    .filter(TargetRun::touching)
                    .map(TargetRun::what)
                    .findFirst());
  }

  /// The migrations with a later version that are applied, in order.
  static List<Neighbour> successorsInDatabase(MigrationView view) {
    return successors(view).stream().filter(Neighbour::isInDatabase).toList();
  }

  /// The migrations with a later version, in order.
  static List<Neighbour> successors(MigrationView view) {
    return view.neighbours().stream()
        .filter(other -> compare(other, view) > 0)
        .sorted(BY_VERSION)
        .toList();
  }

  private static int compare(Neighbour other, MigrationView view) {
    return NaturalOrder.BY_VALUE.compare(other.version(), view.spec().version());
  }
}
