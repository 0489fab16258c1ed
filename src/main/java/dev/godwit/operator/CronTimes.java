package dev.godwit.operator;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.godwit.api.v1alpha1.MongoBackupScheduleSpec;
import dev.godwit.core.ScheduleTimes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/// Reads cron expressions: five fields and nicknames. A time that daylight saving skips is left out
/// that day, as CronJobs do; one that it repeats comes once.
final class CronTimes {

  private static final int SUNDAY = 7;

  /// The library's own definition of cron for Unix, and nicknames, which that does not take.
  private static final CronParser PARSER =
      new CronParser(
          CronDefinitionBuilder.defineCron()
              .withMinutes()
              .withStrictRange()
              .and()
              .withHours()
              .withStrictRange()
              .and()
              .withDayOfMonth()
              .withStrictRange()
              .and()
              .withMonth()
              .withStrictRange()
              .and()
              .withDayOfWeek()
              .withValidRange(0, SUNDAY)
              .withMondayDoWValue(1)
              .withIntMapping(SUNDAY, 0)
              .withStrictRange()
              .and()
              .withSupportedNicknameHourly()
              .withSupportedNicknameDaily()
              .withSupportedNicknameMidnight()
              .withSupportedNicknameWeekly()
              .withSupportedNicknameMonthly()
              .withSupportedNicknameYearly()
              .withSupportedNicknameAnnually()
              .instance());

  private CronTimes() {}

  /// What a schedule says about `now`.
  static ScheduleTimes at(MongoBackupScheduleSpec spec, Instant now) {
    ZoneId zone;
    try {
      zone = ZoneId.of(spec.timeZoneOrDefault());
    } catch (DateTimeException unknown) {
      return wrong(
          "spec.timeZone '%s' is not known; write for example Europe/Berlin"
              .formatted(spec.timeZone()));
    }
    try {
      Cron cron = PARSER.parse(spec.schedule()).validate();
      ExecutionTime times = ExecutionTime.forCron(cron);
      // Times are searched before and after their argument, never at it.
      ZonedDateTime after = now.plusMillis(1).atZone(zone);
      return new ScheduleTimes(
          null,
          zone,
          due(times, after).map(ZonedDateTime::toInstant).orElse(null),
          times.nextExecution(now.atZone(zone)).map(ZonedDateTime::toInstant).orElse(null));
    } catch (IllegalArgumentException wrong) {
      return wrong(
          "spec.schedule '%s' cannot be read: %s; write for example '0 3 * * *' or @daily"
              .formatted(spec.schedule(), wrong.getMessage()));
    }
  }

  /// The latest time before `end` that follows from the one before it: the library looks back to a
  /// time that daylight saving repeats, though it does not look forward to it.
  private static Optional<ZonedDateTime> due(ExecutionTime times, ZonedDateTime end) {
    Optional<ZonedDateTime> last = times.lastExecution(end);
    Optional<ZonedDateTime> due = last.flatMap(times::lastExecution);
    for (Optional<ZonedDateTime> next = due.flatMap(times::nextExecution);
        next.filter(end::isAfter).isPresent();
        next = next.flatMap(times::nextExecution)) {
      due = next;
    }
    return due.or(() -> last);
  }

  private static ScheduleTimes wrong(String problem) {
    return new ScheduleTimes(problem, ZoneOffset.UTC, null, null);
  }
}
