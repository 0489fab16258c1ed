package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupRetention;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

  /// Rules as `last=2 daily=7 maxAge=48h`.
  private static BackupRetention rules(String text) {
    Integer[] keep = new Integer[5];
    String maxAge = null;
    for (String rule : text.isBlank() ? new String[0] : text.split(" ")) {
      String[] parts = rule.split("=");
      if (parts[0].equals("maxAge")) {
        maxAge = parts[1];
      } else {
        keep[List.of("last", "hourly", "daily", "weekly", "monthly").indexOf(parts[0])] =
            Integer.valueOf(parts[1]);
      }
    }
    return new BackupRetention(keep[0], keep[1], keep[2], keep[3], keep[4], maxAge);
  }

  private static KnownBackup at(String time, BackupPhase phase, boolean deleting) {
    Instant started = LocalDateTime.parse("2026-" + time).toInstant(ZoneOffset.UTC);
    boolean done = phase == BackupPhase.Succeeded;
    return new KnownBackup(
        time,
        started,
        -1,
        deleting,
        phase,
        null,
        done ? time : null,
        started,
        phase.isTerminal() ? started.plusSeconds(60) : null,
        null,
        null);
  }

  private static List<KnownBackup> all(String times) {
    List<KnownBackup> all = new ArrayList<>();
    for (String time : times.split(" ")) {
      all.add(at(time, BackupPhase.Succeeded, false));
    }
    return all;
  }

  private static Set<String> kept(
      List<KnownBackup> all, String rules, Set<String> pinned, ZoneId zone) {
    Set<String> kept = new TreeSet<>(all.stream().map(KnownBackup::name).toList());
    kept.removeAll(Retention.toDelete(all, rules(rules), Trust.NONE, pinned, zone, NOW));
    return kept;
  }

  private static final String SIX_HOURLY =
      "03-29T00:00 03-29T06:00 03-29T12:00 03-29T18:00 03-30T00:00 03-30T06:00 03-30T12:00"
          + " 03-30T18:00 03-31T00:00 03-31T06:00";

  @ParameterizedTest(name = "{0} keeps {1}")
  @CsvSource({
    "last=1, 03-31T06:00",
    "last=3, 03-30T18:00 03-31T00:00 03-31T06:00",
    "last=0, 03-31T06:00",
    "daily=1, 03-31T06:00",
    "daily=2, 03-30T18:00 03-31T06:00",
    "daily=9, 03-29T18:00 03-30T18:00 03-31T06:00",
    "weekly=1, 03-31T06:00",
    "weekly=2, 03-29T18:00 03-31T06:00",
    "monthly=5, 03-31T06:00",
    "hourly=2, 03-31T00:00 03-31T06:00",
    "last=2 daily=3, 03-29T18:00 03-30T18:00 03-31T00:00 03-31T06:00",
    "maxAge=12h, 03-31T00:00 03-31T06:00",
    "last=9 maxAge=12h, 03-31T00:00 03-31T06:00",
    "daily=9 maxAge=24h, 03-30T18:00 03-31T06:00",
    "maxAge=1m, 03-31T06:00",
  })
  void keeps(String rules, String expected) {
    assertThat(String.join(" ", kept(all(SIX_HOURLY), rules, Set.of(), ZoneOffset.UTC)))
        .isEqualTo(expected);
  }

  @Test
  void withoutRulesEverythingStays() {
    assertThat(kept(all(SIX_HOURLY), "", Set.of(), ZoneOffset.UTC)).hasSize(10);
  }

  @Test
  void daysBeginWhereTheScheduleLives() {
    List<KnownBackup> all = all("03-29T21:30 03-29T22:30 03-30T21:30");
    assertThat(kept(all, "daily=2", Set.of(), ZoneOffset.UTC))
        .containsExactly("03-29T22:30", "03-30T21:30");
    assertThat(kept(all, "daily=2", Set.of(), ZoneId.of("Europe/Berlin")))
        .as("22:30 UTC is the 30th in Berlin")
        .containsExactly("03-29T21:30", "03-30T21:30");
  }

  @Test
  void aWeekThatCrossesTheYearIsOne() {
    List<KnownBackup> all = new ArrayList<>();
    for (String day :
        List.of("2025-12-28", "2025-12-29", "2026-01-01", "2026-01-04", "2026-01-05")) {
      Instant start = Instant.parse(day + "T00:00:00Z");
      all.add(
          new KnownBackup(
              day, start, -1, false, BackupPhase.Succeeded, null, day, start, start, null, null));
    }
    assertThat(kept(all, "weekly=9", Set.of(), ZoneOffset.UTC))
        .containsExactly("2025-12-28", "2026-01-04", "2026-01-05");
  }

  @Test
  void theHourThatComesTwiceIsTwoHours() {
    // 2026-10-25, Berlin: 02:30 summer time is 00:30 UTC, 02:30 winter time 01:30 UTC.
    assertThat(
            kept(all("10-25T00:30 10-25T01:30"), "hourly=2", Set.of(), ZoneId.of("Europe/Berlin")))
        .hasSize(2);
  }

  @Test
  void periodsWithoutABackupDoNotCount() {
    assertThat(
            kept(all("01-01T00:00 02-15T00:00 03-31T00:00"), "daily=3", Set.of(), ZoneOffset.UTC))
        .hasSize(3);
  }

  @Test
  void whatIsPinnedStays() {
    assertThat(kept(all(SIX_HOURLY), "last=1", Set.of("03-29T06:00"), ZoneOffset.UTC))
        .containsExactly("03-29T06:00", "03-31T06:00");
  }

  @Test
  void theLatestThatCanBeRestoredStaysHoweverOldItIs() {
    List<KnownBackup> all = all("01-01T00:00 01-02T00:00");
    all.add(at("03-30T00:00", BackupPhase.Failed, false));
    assertThat(kept(all, "maxAge=24h", Set.of(), ZoneOffset.UTC))
        .containsExactly("01-02T00:00", "03-30T00:00");
  }

  @Test
  void failedBackupsTakeNobodysPlaceAndTheLatestThreeStay() {
    List<KnownBackup> all = all("03-29T00:00 03-30T00:00");
    for (String time : List.of("03-31T01:00", "03-31T02:00", "03-31T03:00", "03-31T04:00")) {
      all.add(at(time, BackupPhase.Failed, false));
    }
    assertThat(kept(all, "last=2", Set.of(), ZoneOffset.UTC))
        .containsExactly("03-29T00:00", "03-30T00:00", "03-31T02:00", "03-31T03:00", "03-31T04:00");
  }

  private static Set<String> names(String text) {
    return text == null ? Set.of() : Set.of(text.split(" "));
  }

  private static final String FIVE = "03-27T00:00 03-28T00:00 03-29T00:00 03-30T00:00 03-31T00:00";

  @ParameterizedTest(name = "{0}, proven {1}, suspect {2}, being verified {3}: keeps {4}")
  @CsvSource({
    // The proven one stays though newer ones fill the rule.
    "last=2,  03-28T00:00,,, 03-28T00:00 03-30T00:00 03-31T00:00",
    "last=2,  03-31T00:00,,, 03-30T00:00 03-31T00:00",
    "last=1,  gone,,, 03-31T00:00",
    // Those that failed take nobody's place, and stay to be looked at.
    "last=2,, 03-31T00:00,, 03-29T00:00 03-30T00:00 03-31T00:00",
    "last=1,, 03-30T00:00 03-31T00:00,, 03-29T00:00 03-30T00:00 03-31T00:00",
    "daily=2,, 03-30T00:00,, 03-29T00:00 03-30T00:00 03-31T00:00",
    "last=1,  03-27T00:00, 03-29T00:00 03-30T00:00 03-31T00:00,, 03-27T00:00 03-28T00:00 03-29T00:00 03-30T00:00 03-31T00:00",
    // The latest three of them.
    "last=1,, 03-28T00:00 03-29T00:00 03-30T00:00 03-31T00:00,, 03-27T00:00 03-29T00:00 03-30T00:00 03-31T00:00",
    // Even if all failed one is left, whatever its age.
    "maxAge=1m,, 03-27T00:00 03-28T00:00 03-29T00:00 03-30T00:00 03-31T00:00,, 03-31T00:00",
    // Age: the latest good one and the proven one stay, the suspect goes.
    "maxAge=1m,  03-28T00:00, 03-31T00:00,, 03-28T00:00 03-30T00:00",
    "maxAge=36h,, 03-31T00:00,, 03-30T00:00 03-31T00:00",
    // The one that is being verified.
    "last=1,,, 03-29T00:00, 03-29T00:00 03-31T00:00",
    "maxAge=1m, 03-27T00:00,, 03-29T00:00, 03-27T00:00 03-29T00:00 03-31T00:00",
    // One that was proven and then failed.
    "last=1,  03-29T00:00, 03-29T00:00,, 03-29T00:00 03-31T00:00",
  })
  void aBackupWhoseVerificationFailedIsNoBackup(
      String rules, String proven, String suspect, String verifying, String expected) {
    List<KnownBackup> all = all(FIVE);
    Set<String> kept = new TreeSet<>(all.stream().map(KnownBackup::name).toList());
    kept.removeAll(
        Retention.toDelete(
            all,
            rules(rules),
            new Trust(proven, names(suspect), verifying),
            Set.of(),
            ZoneOffset.UTC,
            NOW));
    assertThat(String.join(" ", kept)).isEqualTo(expected);
  }

  @Test
  void withoutRulesSuspectsStay() {
    Trust trust = new Trust(null, names(FIVE), null);
    assertThat(
            Retention.toDelete(
                all(FIVE), BackupRetention.ALL, trust, Set.of(), ZoneOffset.UTC, NOW))
        .isEmpty();
  }

  @Test
  void whatRunsOrIsBeingDeletedIsLeftAlone() {
    List<KnownBackup> all = all("03-30T00:00");
    all.add(at("03-31T00:00", BackupPhase.Running, false));
    all.add(at("03-28T00:00", BackupPhase.Deleting, true));
    assertThat(Retention.toDelete(all, rules("last=1"), Trust.NONE, Set.of(), ZoneOffset.UTC, NOW))
        .isEmpty();
  }

  /// Whatever the order and the rules: pruning twice is pruning once, the latest stays, and a year
  /// of nightly backups under 7 days, 4 weeks, 12 months ends at most as large as their sum.
  @Test
  void aYearUnderGrandfatherFatherSon() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<KnownBackup> kept = new ArrayList<>();
    Instant start = Instant.parse("2025-04-01T03:00:00Z");
    for (int day = 0; day < 365; day++) {
      Instant time = start.plus(Duration.ofDays(day));
      if (random.nextInt(20) > 0) {
        kept.add(
            new KnownBackup(
                time.toString(),
                time,
                -1,
                false,
                BackupPhase.Succeeded,
                null,
                "x",
                time,
                time,
                null,
                null));
      }
      Collections.shuffle(kept, random);
      BackupRetention rules = rules("daily=7 weekly=4 monthly=12");
      List<String> go = Retention.toDelete(kept, rules, Trust.NONE, Set.of(), ZoneOffset.UTC, time);
      kept.removeIf(backup -> go.contains(backup.name()));
      assertThat(Retention.toDelete(kept, rules, Trust.NONE, Set.of(), ZoneOffset.UTC, time))
          .isEmpty();
      assertThat(kept).hasSizeLessThanOrEqualTo(7 + 4 + 12);
    }
    Set<String> months = new TreeSet<>();
    kept.forEach(backup -> months.add(backup.name().substring(0, 7)));
    assertThat(months).as("each month still has one").hasSize(12);
    assertThat(kept).hasSizeGreaterThan(17);
  }

  @Test
  void pruningInStepsEndsWherePruningAtOnceDoes() {
    List<KnownBackup> all =
        IntStream.range(0, 90)
            .mapToObj(day -> Instant.parse("2026-01-01T03:00:00Z").plus(Duration.ofDays(day)))
            .map(
                time ->
                    new KnownBackup(
                        time.toString(),
                        time,
                        -1,
                        false,
                        BackupPhase.Succeeded,
                        null,
                        "x",
                        time,
                        time,
                        null,
                        null))
            .toList();
    BackupRetention rules = rules("last=3 weekly=5 monthly=2");
    List<KnownBackup> kept = new ArrayList<>();
    for (KnownBackup backup : all) {
      kept.add(backup);
      List<String> go =
          Retention.toDelete(kept, rules, Trust.NONE, Set.of(), ZoneOffset.UTC, backup.started());
      kept.removeIf(it -> go.contains(it.name()));
    }
    List<String> atOnce = new ArrayList<>(all.stream().map(KnownBackup::name).toList());
    atOnce.removeAll(
        Retention.toDelete(
            all, rules, Trust.NONE, Set.of(), ZoneOffset.UTC, all.getLast().started()));
    assertThat(kept.stream().map(KnownBackup::name)).containsExactlyElementsOf(atOnce);
    assertThat(Arrays.asList(atOnce.getLast())).contains(all.getLast().name());
  }
}
