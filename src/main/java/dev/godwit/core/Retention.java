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
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// Grandfather, father, son: which backups of a schedule go. As restic's `forget` has it: each rule
/// keeps the latest backup of each of the latest periods that have one, and a backup stays while
/// any rule keeps it. A backup whose verification failed takes nobody's place.
public final class Retention {

  /// Of backups that failed the latest stay, to be looked at.
  static final int FAILED_KEPT = 3;

  private Retention() {}

  /// Names of the backups that go, oldest first.
  ///
  /// @param backups all of the schedule; those that have not ended or are being deleted stay
  /// @param trust what verifications have shown of them
  /// @param pinned names of those that stay whatever the rules say
  /// @param zone where days, weeks and months begin
  public static List<String> toDelete(
      Collection<KnownBackup> backups,
      BackupRetention retention,
      Trust trust,
      Set<String> pinned,
      ZoneId zone,
      Instant now) {
    Set<String> go = new LinkedHashSet<>();
    if (!retention.equals(BackupRetention.ALL)) {
      List<KnownBackup> usable = latestFirst(backups, KnownBackup::isUsable);
      Set<String> kept = kept(good(usable, trust), retention, zone, now);
      usable.stream()
          .filter(backup -> trust.suspect().contains(backup.name()))
          .limit(FAILED_KEPT)
          .filter(backup -> !isTooOld(backup, retention, now))
          .forEach(backup -> kept.add(backup.name()));
      usable.stream().map(KnownBackup::name).filter(name -> !kept.contains(name)).forEach(go::add);
    }
    latestFirst(backups, backup -> backup.isLost() && !backup.deleting()).stream()
        .skip(FAILED_KEPT)
        .map(KnownBackup::name)
        .forEach(go::add);
    go.removeAll(untouchable(backups, trust));
    go.removeAll(pinned);
    return backups.stream()
        .filter(backup -> go.contains(backup.name()))
        .sorted(Comparator.comparing(KnownBackup::from).thenComparing(KnownBackup::name))
        .map(KnownBackup::name)
        .toList();
  }

  /// Names of the backups that neither a rule nor a `ttl` deletes: the latest that can be restored,
  /// of those that no verification found wanting if there is one; the latest that a verification
  /// has proved; the one that is being verified.
  static Set<String> untouchable(Collection<KnownBackup> backups, Trust trust) {
    List<KnownBackup> usable = latestFirst(backups, KnownBackup::isUsable);
    List<KnownBackup> good = good(usable, trust);
    Set<String> names = new TreeSet<>();
    (good.isEmpty() ? usable : good)
        .stream().findFirst().ifPresent(latest -> names.add(latest.name()));
    usable.stream()
        .map(KnownBackup::name)
        .filter(name -> name.equals(trust.proven()) || name.equals(trust.verifying()))
        .forEach(names::add);
    return names;
  }

  private static List<KnownBackup> good(List<KnownBackup> usable, Trust trust) {
    return usable.stream().filter(backup -> !trust.suspect().contains(backup.name())).toList();
  }

  private static boolean isTooOld(KnownBackup backup, BackupRetention retention, Instant now) {
    return retention.maxAge() != null
        && backup.from().isBefore(now.minus(GoDuration.parse(retention.maxAge())));
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
    latestFirst.stream()
        .filter(backup -> isTooOld(backup, retention, now))
        .forEach(backup -> kept.remove(backup.name()));
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
