package dev.godwit.testing.seed;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bson.types.ObjectId;

/// Values that look like an application's. Two of the same seed give the same values in the same
/// order; the clock and the machine have no part in them.
final class Values {

  static final Instant TODAY = Instant.parse("2025-11-03T00:00:00Z");

  private static final String[] FIRST = {
    "Asha", "Bilal", "Chitra", "Dev", "Esha", "Farid", "Gita", "Hari", "Indu", "Jaya", "Kiran",
    "Leela", "Manoj", "Nisha", "Omar", "Priya", "Ravi", "Sita", "Tara", "Uma", "Vikram", "Zoë"
  };
  private static final String[] LAST = {
    "Agarwal",
    "Bose",
    "Chandra",
    "Das",
    "Fernandes",
    "Gupta",
    "Iyer",
    "Joshi",
    "Khan",
    "Mehta",
    "Nair",
    "Patel",
    "Rao",
    "Sharma",
    "Singh",
    "Thomas",
    "Varma",
    "Yadav"
  };

  private final SplittableRandom random;
  private final byte[] machine = new byte[5];
  private int counter;

  Values(long seed) {
    random = new SplittableRandom(seed);
    random.nextBytes(machine);
  }

  /// Up to, not including, `bound`.
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean inPercent(int percent) {
    return below(100) < percent;
  }

  String oneOf(String... values) {
    return values[below(values.length)];
  }

  /// An `_id` as a driver would have made it at that time.
  ObjectId id(Date created) {
    ByteBuffer bytes =
        ByteBuffer.allocate(12).putInt((int) (created.getTime() / 1000)).put(machine);
    counter++;
    bytes.put((byte) (counter >> 16)).put((byte) (counter >> 8)).put((byte) counter).flip();
    return new ObjectId(bytes);
  }

  String name() {
    return oneOf(FIRST) + " " + oneOf(LAST);
  }

  static String email(String name, int number) {
    return name.toLowerCase(Locale.ROOT).replace(' ', '.').replace('ë', 'e')
        + number
        + "@example.com";
  }

  /// One number, one phone: different numbers never share one.
  static String phone(int number) {
    return "+9198%08d".formatted(number);
  }

  /// A moment of the last `days` days, to the millisecond.
  Date moment(int days) {
    return Date.from(TODAY.minusMillis(random.nextLong(Duration.ofDays(days).toMillis())));
  }

  /// Midnight of one of the last `days` days.
  Date day(int days) {
    return Date.from(TODAY.minus(below(days), ChronoUnit.DAYS));
  }
}
