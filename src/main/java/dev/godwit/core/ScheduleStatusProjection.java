package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The status that tells a decision about a schedule.
public final class ScheduleStatusProjection {

  static final String LAST_BACKUP = "LastBackupSucceeded";
  static final String LAST_VERIFICATION = "LastVerificationSucceeded";

  private ScheduleStatusProjection() {}

  /// The status after `decision`, which was made for `view`.
  public static MongoBackupScheduleStatus project(
      ScheduleView view, Decision<ScheduleStanding> decision) {
    ScheduleStanding standing = decision.standing();
    Optional<KnownBackup> latest = view.latest();
    Optional<KnownBackup> usable = view.latestUsable();
    Instant next = standing.phase() == SchedulePhase.Active ? view.times().next() : null;
    Trust trust = Trust.of(view.status()).after(standing.verification());
    Stream<String> existing = view.backups().stream().map(KnownBackup::name);
    return new MongoBackupScheduleStatus(
        view.generation(),
        standing.phase(),
        conditions(view, standing),
        view.schedule(),
        standing.dealtWith() == null ? null : Conditions.time(standing.dealtWith()),
        next == null ? null : Conditions.time(next),
        decision instanceof Decision.TakeBackup<?> take
            ? take.name()
            : latest.map(KnownBackup::name).orElse(view.status().lastBackup()),
        usable.map(KnownBackup::name).orElse(null),
        usable
            .map(backup -> Conditions.time(backup.completed()))
            .orElse(view.status().lastSuccessfulTime()),
        (int) view.backups().stream().filter(KnownBackup::isUsable).count(),
        pinned(view.pins()),
        standing.verification(),
        trust.proven(),
        orNull(existing.filter(trust.suspect()::contains).sorted().toList()),
        orNull(List.copyOf(Retention.untouchable(view.backups(), trust.in(view)))),
        standing.message());
  }

  private static List<String> orNull(List<String> names) {
    return names.isEmpty() ? null : names;
  }

  private static List<String> pinned(Map<String, String> pins) {
    return pins.isEmpty()
        ? null
        : pins.entrySet().stream()
            .map(pin -> "%s: %s".formatted(pin.getKey(), pin.getValue()))
            .sorted()
            .toList();
  }

  private static List<Condition> conditions(ScheduleView view, ScheduleStanding standing) {
    Conditions conditions =
        new Conditions(view.status().conditions(), view.generation(), view.now());
    if (standing.phase() == SchedulePhase.Invalid) {
      conditions.add(Conditions.READY, Conditions.FALSE, standing.reason(), standing.message());
      conditions.add(Conditions.STALLED, Conditions.TRUE, standing.reason(), standing.message());
    } else {
      conditions.add(Conditions.READY, Conditions.TRUE, standing.reason(), standing.message());
    }
    lastBackup(conditions, view);
    lastVerification(conditions, standing.verification());
    return conditions.all();
  }

  private static void lastBackup(Conditions conditions, ScheduleView view) {
    Optional<KnownBackup> ended =
        view.backups().stream()
            .filter(backup -> !backup.deleting() && (backup.isUsable() || backup.isLost()))
            .max(Comparator.comparing(KnownBackup::created));
    if (ended.isEmpty()) {
      conditions.keep(LAST_BACKUP);
      return;
    }
    KnownBackup backup = ended.get();
    conditions.add(
        LAST_BACKUP,
        backup.isUsable() ? Conditions.TRUE : Conditions.FALSE,
        backup.isUsable() ? Reasons.SUCCEEDED : Reasons.BACKUP_FAILED,
        "%s: %s".formatted(backup.name(), backup.isUsable() ? "complete" : backup.why()));
  }

  private static void lastVerification(Conditions conditions, ScheduledVerification last) {
    if (last == null) {
      return;
    }
    if (last.result() == VerificationResult.Running) {
      conditions.keep(LAST_VERIFICATION);
      return;
    }
    boolean succeeded = last.result() == VerificationResult.Succeeded;
    conditions.add(
        LAST_VERIFICATION,
        succeeded ? Conditions.TRUE : Conditions.FALSE,
        succeeded ? Reasons.VERIFICATION_SUCCEEDED : Reasons.VERIFICATION_FAILED,
        last.message());
  }
}
