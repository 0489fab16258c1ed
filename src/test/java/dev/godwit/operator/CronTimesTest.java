package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoBackupScheduleSpec;
import dev.godwit.core.ScheduleTimes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimesTest {

  private static ScheduleTimes times(String schedule, String zone, String now) {
    return CronTimes.at(
        new MongoBackupScheduleSpec(schedule, zone, null, null, null, null, null, null),
        Instant.parse(now));
  }

  @ParameterizedTest(name = "{0} {1} at {2}")
  @CsvSource({
    "0 3 * * *, , 2026-01-01T00:00:00Z, 2025-12-31T03:00:00Z, 2026-01-01T03:00:00Z",
    "0 3 * * *, , 2026-01-01T03:00:00Z, 2026-01-01T03:00:00Z, 2026-01-02T03:00:00Z",
    "0 3 * * *, , 2026-01-01T03:00:59Z, 2026-01-01T03:00:00Z, 2026-01-02T03:00:00Z",
    "0 3 * * *, Europe/Berlin, 2026-01-01T00:00:00Z, 2025-12-31T02:00:00Z, 2026-01-01T02:00:00Z",
    "*/15 * * * *, , 2026-01-01T00:07:00Z, 2026-01-01T00:00:00Z, 2026-01-01T00:15:00Z",
    "0 0 1 * *, , 2026-02-15T00:00:00Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "0 0 13 * 5, , 2026-01-10T00:00:00Z, 2026-01-09T00:00:00Z, 2026-01-13T00:00:00Z",
    "0 0 29 2 *, , 2026-01-01T00:00:00Z, 2024-02-29T00:00:00Z, 2028-02-29T00:00:00Z",
    "0 4 * * 1-5, , 2026-01-03T12:00:00Z, 2026-01-02T04:00:00Z, 2026-01-05T04:00:00Z",
    "0 4 * * MON, , 2026-01-03T12:00:00Z, 2025-12-29T04:00:00Z, 2026-01-05T04:00:00Z",
    "0 4 * * 7, , 2026-01-03T12:00:00Z, 2025-12-28T04:00:00Z, 2026-01-04T04:00:00Z",
    "@daily, , 2026-01-01T12:00:00Z, 2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z",
    "@hourly, , 2026-01-01T12:30:00Z, 2026-01-01T12:00:00Z, 2026-01-01T13:00:00Z",
    "@weekly, , 2026-01-01T12:30:00Z, 2025-12-28T00:00:00Z, 2026-01-04T00:00:00Z",
  })
  void knowsWhatIsDueAndWhatIsNext(
      String schedule, String zone, String now, String due, String next) {
    ScheduleTimes times = times(schedule, zone, now);
    assertThat(times.problem()).isNull();
    assertThat(times.due()).isEqualTo(due);
    assertThat(times.next()).isEqualTo(next);
  }

  /// Berlin, 2026-03-29: from 02:00 to 03:00. 2026-10-25: from 03:00 back to 02:00.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a time that is skipped is left out, 30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-30T00:30:00Z",
    "the day after is as usual, 30 2 * * *, 2026-03-29T12:00:00Z, 2026-03-30T00:30:00Z",
    "a time that comes twice comes the first time, 30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
    "and not the second, 30 2 * * *, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
  })
  void daylightSaving(String what, String schedule, String now, String next) {
    assertThat(times(schedule, "Europe/Berlin", now).next()).isEqualTo(next);
  }

  /// What is due is what was next before, whatever the clocks do: else a backup would be left out,
  /// or taken twice.
  @ParameterizedTest(name = "{0} {1} from {2}")
  @CsvSource({
    "30 2 * * *, Europe/Berlin, 2026-03-28T00:00:00Z",
    "30 2 * * *, Europe/Berlin, 2026-10-24T00:00:00Z",
    "0 * * * *, Europe/Berlin, 2026-03-28T00:00:00Z",
    "0 * * * *, Europe/Berlin, 2026-10-24T00:00:00Z",
    "*/20 * * * *, Europe/Berlin, 2026-10-24T00:00:00Z",
    "0 3 * * *, Europe/Berlin, 2026-10-24T00:00:00Z",
    "'15 1,2,3 * * *', Australia/Lord_Howe, 2026-04-03T00:00:00Z",
    "'15 1,2,3 * * *', Australia/Lord_Howe, 2026-10-02T00:00:00Z",
    "0 0 * * *, America/Havana, 2026-03-07T00:00:00Z",
    "0 0 * * 0, America/Sao_Paulo, 2018-11-02T00:00:00Z",
    "0 0 31 * *, UTC, 2026-02-27T00:00:00Z",
  })
  void isDueWhenItWasNext(String schedule, String zone, String from) {
    Instant start = Instant.parse(from);
    Instant next = times(schedule, zone, from).next();
    Instant due = times(schedule, zone, from).due();
    for (int minutes = 0; minutes < 3 * 24 * 60; minutes += 5) {
      Instant now = start.plus(Duration.ofMinutes(minutes));
      while (!next.isAfter(now)) {
        due = next;
        next = times(schedule, zone, due.toString()).next();
      }
      assertThat(times(schedule, zone, now.toString()).due()).as("due at %s", now).isEqualTo(due);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "61 * * * *, , spec.schedule",
    "* * * *, , spec.schedule",
    "0 0 3 * * *, , spec.schedule",
    "often, , spec.schedule",
    "0 3 * * *, Mars/Olympus, spec.timeZone",
  })
  void saysWhichFieldCannotBeRead(String schedule, String zone, String field) {
    assertThat(times(schedule, zone, "2026-01-01T00:00:00Z").problem())
        .startsWith(field)
        .contains("write for example");
  }
}
