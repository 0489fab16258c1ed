package dev.godwit.core;

import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import java.util.List;

/// Which Jobs Kubernetes may remove some time after their end: those whose result is in a status
/// that the API server holds.
public final class Expiry {

  private Expiry() {}

  /// Names of the ended Jobs of a migration that are not needed any more.
  public static List<String> of(MigrationView view) {
    boolean over =
        view.status().phase() != null && view.status().phase().isTerminal() && !view.isAttemptNew();
    if (!over) {
      return List.of();
    }
    return names(view.jobs());
  }

  /// Names of the ended Jobs of a backup that are not needed any more.
  public static List<String> of(BackupView view) {
    boolean over = view.status().phase() != null && view.status().phase().isTerminal();
    return over ? names(view.job().stream().toList()) : List.of();
  }

  /// Names of the ended Jobs of a restore that are not needed any more.
  public static List<String> of(RestoreView view) {
    boolean over = view.status().phase() != null && view.status().phase().isTerminal();
    return over && !view.isAttemptNew() ? names(view.jobs()) : List.of();
  }

  /// Names of the ended Jobs of a schedule whose verification is in its status.
  public static List<String> of(ScheduleView view) {
    ScheduledVerification last = view.status().verification();
    boolean over = last != null && last.result() != VerificationResult.Running;
    return over ? names(view.jobs()) : List.of();
  }

  private static List<String> names(List<JobView> jobs) {
    return jobs.stream().filter(job -> job.isEnded() && !job.expires()).map(JobView::name).toList();
  }
}
