package dev.godwit.core;

import dev.godwit.api.v1alpha1.QuiescedWorkload;
import dev.godwit.api.v1alpha1.ScaledWorkload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The workloads that a migration holds at zero. The mark on a workload says so; where somebody
/// took it off, the status does.
final class Quiesced {

  /// The same in every migration: two that wait for each other's workloads cannot be.
  private static final Comparator<Workload> ORDER =
      Comparator.comparing((Workload it) -> it.id().kind()).thenComparing(it -> it.id().name());

  private final MigrationView view;

  Quiesced(MigrationView view) {
    this.view = view;
  }

  /// Those that the spec names.
  List<Workload> named() {
    List<QuiescedWorkload> named = view.spec().quiesceOrEmpty();
    return view.workloads().stream().filter(it -> named.contains(it.id())).sorted(ORDER).toList();
  }

  boolean isHeld(Workload workload) {
    return workload.isMarkedBy(view.id().uid())
        || workload.mark() == null && remembered(workload).isPresent();
  }

  /// Those that were scaled to zero, whatever became of it.
  List<Workload> held() {
    return view.workloads().stream().filter(this::isHeld).sorted(ORDER).toList();
  }

  private Optional<Integer> remembered(Workload workload) {
    return Stream.ofNullable(view.status().quiesced())
        .flatMap(List::stream)
        .filter(it -> it.workload().equals(workload.id()))
        .map(ScaledWorkload::replicas)
        .filter(replicas -> replicas > 0)
        .findFirst();
  }

  private int before(Workload workload) {
    return workload.mark() != null ? workload.mark().replicas() : remembered(workload).orElse(0);
  }

  /// What gives them back. Where somebody scaled one meanwhile, that count stays.
  List<Scaling> giveBack() {
    List<Scaling> all = new ArrayList<>();
    for (Workload workload : held()) {
      if (workload.isSeen() && (workload.mark() != null || !workload.isUp())) {
        all.add(
            new Scaling(
                workload.id(),
                workload.version(),
                workload.isUp() ? null : before(workload),
                null));
      }
    }
    return all;
  }

  /// What takes the mark off those that somebody scaled up.
  List<Scaling> letGo() {
    return held().stream()
        .filter(it -> it.isUp() && it.mark() != null)
        .map(it -> new Scaling(it.id(), it.version(), null, null))
        .toList();
  }

  /// Whether the data are as before, or applied and verified, so that an application may see them.
  boolean isDataKnown(MigrationStanding standing) {
    boolean changesStay =
        standing.reason().equals(Reasons.CHANGES_STAY)
            || Conditions.reason(view.status().conditions(), Conditions.APPLIED)
                .filter(it -> it.equals(Reasons.CHANGES_STAY) || it.equals(Reasons.ROLLBACK_FAILED))
                .isPresent();
    return switch (standing.phase()) {
      case Succeeded, RolledBack -> true;
      case Pending, Failed -> !changesStay;
      case Planning, BackingUp, Applying, Verifying, RollingBack, RollbackFailed -> false;
    };
  }

  /// Those that are down, with the counts that they had; empty when none is.
  String describe() {
    return held().stream()
        .filter(it -> !it.isUp() && it.state() != Workload.State.Missing)
        .map(it -> "%s (%d before)".formatted(it.id().describe(), before(it)))
        .collect(Collectors.joining(", "));
  }

  /// What the status remembers after `decision`.
  List<ScaledWorkload> after(Decision<MigrationStanding> decision) {
    if (view.workloads().isEmpty()) {
      return view.status().quiesced();
    }
    List<Scaling> scalings =
        decision instanceof Decision.Scale<MigrationStanding> scale ? scale.scalings() : List.of();
    boolean over = decision.standing().phase().isTerminal() || isDataKnown(decision.standing());
    List<ScaledWorkload> all = new ArrayList<>();
    for (Workload workload : view.workloads().stream().sorted(ORDER).toList()) {
      Optional<Scaling> scaling =
          scalings.stream().filter(it -> it.workload().equals(workload.id())).findFirst();
      boolean gone = workload.state() == Workload.State.Missing || over && workload.isUp();
      if (scaling.isPresent() ? scaling.get().isDown() : isHeld(workload) && !gone) {
        all.add(
            new ScaledWorkload(
                workload.id().kind(),
                workload.id().name(),
                scaling.map(Scaling::remember).orElseGet(() -> before(workload))));
      }
    }
    return all.isEmpty() ? null : List.copyOf(all);
  }
}
