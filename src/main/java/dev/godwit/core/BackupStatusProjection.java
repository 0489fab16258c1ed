package dev.godwit.core;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.Progress;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// The status that tells a decision about a backup.
public final class BackupStatusProjection {

  private static final String VERIFIED = Conditions.VERIFIED;
  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};

  private BackupStatusProjection() {}

  /// The status after `decision`, which was made for `view`.
  public static MongoBackupStatus project(BackupView view, Decision<BackupStanding> decision) {
    BackupStanding standing = decision.standing();
    MongoBackupStatus before = view.status();
    BackupSummary summary = standing.summary();
    boolean known = summary != null;
    BackupPhase phase = standing.phase();
    String job =
        decision instanceof Decision.StartJob<?> start
            ? start.name()
            : view.job().map(JobView::name).orElse(before.job());
    return new MongoBackupStatus(
        view.generation(),
        phase,
        conditions(view, standing),
        known
            ? summary.location() == null ? view.location() : summary.location()
            : before.location(),
        startTime(view),
        phase == BackupPhase.Deleting
            ? before.completionTime()
            : !phase.isTerminal()
                ? null
                : before.completionTime() == null
                    ? Conditions.time(view.now())
                    : before.completionTime(),
        known ? quantity(summary.size()) : before.size(),
        known ? quantity(summary.sizeUncompressed()) : before.sizeUncompressed(),
        known ? Long.valueOf(summary.documents()) : before.documents(),
        known ? Integer.valueOf(summary.collections()) : before.collections(),
        known ? summary.consistency() : before.consistency(),
        known ? summary.serverVersion() : before.serverVersion(),
        known ? summary.manifestSha256() : before.manifestSha256(),
        known ? summary.position() : before.position(),
        view.expiration().map(Conditions::time).orElse(null),
        progress(view, phase, summary),
        job,
        standing.failure(),
        standing.message());
  }

  /// When the Job's pod was first seen to run; of a Job that was quicker, when it was created.
  private static String startTime(BackupView view) {
    if (view.status().startTime() != null) {
      return view.status().startTime();
    }
    return view.job()
        .filter(job -> job.running() || job.isEnded())
        .map(job -> Conditions.time(job.isEnded() ? job.created() : view.now()))
        .orElse(null);
  }

  private static Progress progress(BackupView view, BackupPhase phase, BackupSummary summary) {
    Progress before = view.status().progress();
    if (phase == BackupPhase.Succeeded) {
      return summary == null ? before : ProgressText.all(summary.collections());
    }
    RunProgress line = view.job().map(JobView::progress).orElse(null);
    return line == null ? before : ProgressText.of(line, line.steps() == null ? 0 : line.steps());
  }

  private static List<Condition> conditions(BackupView view, BackupStanding standing) {
    Conditions conditions =
        new Conditions(view.status().conditions(), view.generation(), view.now());
    String reason = standing.reason();
    String message = standing.message();
    switch (standing.phase()) {
      case Pending, Running -> {
        conditions.add(Conditions.READY, Conditions.UNKNOWN, reason, message);
        conditions.add(Conditions.RECONCILING, Conditions.TRUE, reason, message);
      }
      case Deleting -> {
        conditions.add(Conditions.READY, Conditions.FALSE, reason, message);
        conditions.add(Conditions.RECONCILING, Conditions.TRUE, reason, message);
      }
      case Succeeded -> {
        conditions.add(Conditions.READY, Conditions.TRUE, reason, message);
        verified(conditions, standing.summary());
        consistent(conditions, standing.summary());
      }
      case Failed -> {
        conditions.add(Conditions.READY, Conditions.FALSE, reason, message);
        conditions.add(Conditions.STALLED, Conditions.TRUE, reason, message);
      }
    }
    return conditions.all();
  }

  private static void verified(Conditions conditions, BackupSummary summary) {
    if (summary == null) {
      conditions.keep(VERIFIED);
    } else if (summary.verified()) {
      conditions.add(
          VERIFIED, Conditions.TRUE, "ChecksumsHold", "everything was read back and compared");
    } else {
      conditions.add(
          VERIFIED, Conditions.FALSE, "NotVerified", "verification is None: nothing was read back");
    }
  }

  private static void consistent(Conditions conditions, BackupSummary summary) {
    if (summary == null) {
      conditions.keep(Conditions.CONSISTENT);
    } else if (summary.consistency() == Consistency.Snapshot) {
      conditions.add(
          Conditions.CONSISTENT,
          Conditions.TRUE,
          "Snapshot",
          "all collections are of one point in time");
    } else if (summary.consistencyNote() != null) {
      conditions.add(
          Conditions.CONSISTENT, Conditions.FALSE, "NoSnapshot", summary.consistencyNote());
    }
  }

  /// Bytes as a Kubernetes quantity of at least three digits: `512`, `4096Ki`, `988Mi`.
  static String quantity(long bytes) {
    long value = bytes;
    int unit = 0;
    while (value >= 10_240 && unit < UNITS.length - 1) {
      value = Math.round(value / 1024.0);
      unit++;
    }
    return value + UNITS[unit];
  }
}
