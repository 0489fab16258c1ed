package dev.godwit.core;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.v1alpha1.MigrationBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// Which backup a migration uses instead of taking one: a complete, verified and young one that has
/// what the steps touch, and since whose beginning Godwit has not run on the database.
final class BackupReuse {

  private final MigrationView view;
  private final PlanSummary plan;

  BackupReuse(MigrationView view, PlanSummary plan) {
    this.view = view;
    this.plan = plan;
  }

  /// The youngest that will do.
  Optional<ReusableBackup> choose() {
    MigrationBackup wanted = view.spec().backup();
    if (wanted == null || wanted.reuse().isEmpty() || plan == null || plan.position() == null) {
      return Optional.empty();
    }
    Instant oldest = view.now().minus(wanted.reuse().get());
    return view.reusable().stream()
        .filter(backup -> backup.state().isUsable() && backup.verified())
        .filter(backup -> backup.began().isAfter(oldest))
        .filter(backup -> plan.position().equals(backup.position()))
        .filter(backup -> backup.covers(plan.collections()))
        .max(
            Comparator.comparing(ReusableBackup::began)
                .thenComparing(backup -> backup.state().name()));
  }

  /// What people are told.
  String describe(ReusableBackup backup) {
    return "uses backup %s again, which began on %s, %s ago; writes made since are not in it"
        .formatted(
            backup.state().name(),
            backup.began(),
            ProgressText.duration(Duration.between(backup.began(), view.now())));
  }
}
