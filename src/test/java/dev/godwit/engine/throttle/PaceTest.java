package dev.godwit.engine.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  private static final int DOCUMENTS = 1000;
  private static final ReplicationState WELL = ReplicationState.UNKNOWN;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      textBlock =
          """
          100 100 100                             | 0     | 4 | -
          400 400                                 | 0     | 4 | -
          400 400 400                             | 400   | 2 | batches take 4 times as long as before
          400 400 400 400                         | 800   | 1 | batches take 4 times as long as before
          400 400 400 500                         | 1000  | 1 | batches take 5 times as long as before
          400 400 400 400 400                     | 1600  | 1 | batches take 4 times as long as before
          400 400 400 400 400 400                 | 1600  | 1 | batches take 4 times as long as before
          20000 20000 20000 20000                 | 30000 | 1 | batches take 200 times as long as before
          400 400 100 400 400 100 400 400         | 0     | 4 | -
          9000                                    | 0     | 4 | -
          299 299 299 299                         | 0     | 4 | -
          400 400 400 250                         | 250   | 2 | batches were slow; it speeds up step by step
          400 400 400 400 400 100                 | 200   | 1 | batches were slow; it speeds up step by step
          400 400 400 400 400 100 100             | 100   | 2 | batches were slow; it speeds up step by step
          400 400 400 400 400 100 100 100         | 0     | 4 | -
          """)
  void slowBatchesAreAnsweredByPausesThatGrowAndShrink(
      String millis, long pause, int workers, String reason) {
    Pace pace = usual(100, 20);

    for (String each : millis.split(" ")) {
      pace = pace.after(batch(Long.parseLong(each), WELL));
    }

    assertThat(pace.pause()).isEqualTo(Duration.ofMillis(pause));
    assertThat(pace.workers(4)).isEqualTo(workers);
    assertThat(pace.reason()).isEqualTo(reason);
  }

  @Test
  void tooFewBatchesSayNothing() {
    Pace pace = usual(100, Latencies.ENOUGH - 4);

    for (int i = 0; i < 4; i++) {
      pace = pace.after(batch(900, WELL));
    }

    assertThat(pace.pause()).isZero();
  }

  @Test
  void slowBatchesAmongTheFirstDoNotSpoilTheMeasure() {
    Pace pace = Pace.FULL;
    for (int i = 0; i < 12; i++) {
      pace = pace.after(batch(i % 3 == 0 ? 5000 : 100, WELL));
    }

    assertThat(after(pace, 400, 3).reason()).isEqualTo("batches take 4 times as long as before");
  }

  @Test
  void whatStaysSlowIsTheUsualInTheEnd() {
    Pace pace = after(usual(100, 100), 400, Latencies.REMEMBERED);

    assertThat(pace.pause()).isZero();
    assertThat(pace.reason()).isNull();
  }

  /// One worker alone is faster than four at once: were that the measure, four would be slow.
  @Test
  void batchesOfASlowedWalkAreNotTheMeasure() {
    Pace slowed = after(usual(100, 20), 400, 5);
    Pace recovered = after(after(slowed, 10, 1), 100, 3);

    assertThat(recovered.level()).isZero();
    assertThat(after(recovered, 100, 20).pause()).isZero();
    assertThat(recovered.usual().ratio(Duration.ofMillis(100).toNanos() / DOCUMENTS)).isEqualTo(1);
  }

  @Test
  void whatIsDoneInAMomentIsNotSlow() {
    Pace pace = after(usual(1, 20), 49, 10);

    assertThat(pace.pause()).isZero();
  }

  @Test
  void aBatchWhoseTimeSaysNothingIsNeitherSlowNorTheMeasure() {
    Pace slowed = after(usual(100, 20), 400, 3);
    Pace pace = slowed.after(new Batch(0, Duration.ofSeconds(9), WELL));

    assertThat(pace.pause()).isZero();
    assertThat(pace.usual()).isEqualTo(slowed.usual());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      textBlock =
          """
          9   | false | 0     | -
          10  | false | 2500  | secondary db-2 is 10 s behind
          14  | false | 3500  | secondary db-2 is 14 s behind
          600 | false | 30000 | secondary db-2 is 600 s behind
          0   | true  | 1000  | the server holds writes back because its secondaries are behind (flow control)
          20  | true  | 5000  | secondary db-2 is 20 s behind; the server holds writes back because its secondaries are behind (flow control)
          """)
  void replicationThatIsBehindIsWaitedFor(
      long lag, boolean flowControlled, long pause, String reason) {
    ReplicationState state =
        new ReplicationState(Duration.ofSeconds(lag), "secondary db-2", flowControlled);

    Pace pace = usual(100, 20).after(batch(100, state));

    assertThat(pace.pause()).isEqualTo(Duration.ofMillis(pause));
    assertThat(pace.reason()).isEqualTo(reason);
    assertThat(pace.after(batch(100, WELL)).pause()).isZero();
  }

  @Test
  void aServerThatHoldsWritesBackIsLeftAloneTwiceTheBatch() {
    ReplicationState held = new ReplicationState(Duration.ZERO, null, true);

    assertThat(usual(3000, 20).after(batch(3000, held)).pause()).isEqualTo(Duration.ofSeconds(6));
  }

  private static Pace usual(long millis, int batches) {
    return after(Pace.FULL, millis, batches);
  }

  private static Pace after(Pace pace, long millis, int batches) {
    return IntStream.range(0, batches)
        .boxed()
        .reduce(pace, (at, _) -> at.after(batch(millis, WELL)), (_, last) -> last);
  }

  private static Batch batch(long millis, ReplicationState state) {
    return new Batch(DOCUMENTS, Duration.ofMillis(millis), state);
  }
}
