package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupRetention;
import dev.godwit.api.v1alpha1.GoDuration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// Grandfather, father, son: which backups of a schedule go. As restic's `forget` has it: each rule
/// keeps the latest backup of each of the latest periods that have one, and a backup stays while
/// any rule keeps it.
public final class Retention {

  /// Of backups that failed the latest stay, to be looked at.
  static final int FAILED_KEPT = 3;

  private Retention() {}

  /// Names of the backups that go, oldest first.
  ///
  /// @param backups all of the schedule; those that have not ended or are being deleted stay
  /// @param pinned names of those that stay whatever the rules say
  /// @param zone where days, weeks and months begin
  public static List<String> toDelete(
      Collection<KnownBackup> backups,
      BackupRetention retention,
      Set<String> pinned,
      ZoneId zone,
      Instant now) {
    List<KnownBackup> good = latestFirst(backups, KnownBackup::isUsable);
    Set<String> go = new LinkedHashSet<>();
    if (!retention.equals(BackupRetention.ALL)) {
      Set<String> kept = kept(good, retention, zone, now);
      good.stream().map(KnownBackup::name).filter(name -> !kept.contains(name)).forEach(go::add);
    }
    latestFirst(backups, backup -> backup.isLost() && !backup.deleting()).stream()
        .skip(FAILED_KEPT)
        .map(KnownBackup::name)
        .forEach(go::add);
    go.removeAll(pinned);
    return backups.stream()
        .filter(backup -> go.contains(backup.name()))
        .sorted(Comparator.comparing(KnownBackup::from).thenComparing(KnownBackup::name))
        .map(KnownBackup::name)
        .toList();
  }

  private static List<KnownBackup> latestFirst(
      Collection<KnownBackup> backups, Predicate<KnownBackup> which) {
    return backups.stream()
        .filter(which)
        .sorted(Comparator.comparing(KnownBackup::from).thenComparing(KnownBackup::name).reversed())
        .toList();
  }

  private static Set<String> kept(
      List<KnownBackup> latestFirst, BackupRetention retention, ZoneId zone, Instant now) {
    Set<String> kept = new HashSet<>();
    boolean anyRule =
        retention.keepLast() != null
            || retention.keepHourly() != null
            || retention.keepDaily() != null
            || retention.keepWeekly() != null
            || retention.keepMonthly() != null;
    if (!anyRule) {
      latestFirst.forEach(backup -> kept.add(backup.name()));
    }
    keep(kept, latestFirst, retention.keepLast(), KnownBackup::name);
    keep(
        kept,
        latestFirst,
        retention.keepHourly(),
        in(zone, t -> t.toInstant().truncatedTo(ChronoUnit.HOURS)));
    keep(kept, latestFirst, retention.keepDaily(), in(zone, ZonedDateTime::toLocalDate));
    keep(kept, latestFirst, retention.keepWeekly(), in(zone, t -> week(t.toLocalDate())));
    keep(kept, latestFirst, retention.keepMonthly(), in(zone, YearMonth::from));
    if (retention.maxAge() != null) {
      Instant oldest = now.minus(GoDuration.parse(retention.maxAge()));
      latestFirst.stream()
          .filter(backup -> backup.from().isBefore(oldest))
          .forEach(backup -> kept.remove(backup.name()));
    }
    latestFirst.stream().findFirst().ifPresent(latest -> kept.add(latest.name()));
    return kept;
  }

  private static void keep(
      Set<String> kept,
      List<KnownBackup> latestFirst,
      Integer number,
      Function<KnownBackup, Object> period) {
    Set<Object> periods = new HashSet<>();
    for (KnownBackup backup : latestFirst) {
      if (periods.size() < (number == null ? 0 : number) && periods.add(period.apply(backup))) {
        kept.add(backup.name());
      }
    }
  }

  private static Function<KnownBackup, Object> in(
      ZoneId zone, Function<ZonedDateTime, Object> period) {
    return backup -> period.apply(backup.from().atZone(zone));
  }

  private static String week(LocalDate day) {
    return day.get(IsoFields.WEEK_BASED_YEAR) + "-" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }
}
