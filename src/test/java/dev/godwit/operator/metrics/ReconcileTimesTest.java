package dev.godwit.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReconcileTimesTest {

  private final Scene scene = new Scene();
  private final ReconcileTimes times = new ReconcileTimes(scene.registry);

  @Test
  void countsLooksByTheirOutcome() throws Exception {
    assertThat(times.timeControllerExecution(new Execution(() -> "done"))).isEqualTo("done");
    assertThat(count("Succeeded")).isEqualTo(1);
    assertThat(count("Failed")).isZero();
  }

  @Test
  void handsOnWhatIsThrownAsItIs() {
    IOException thrown = new IOException("the API server is away");
    Execution fails =
        new Execution(
            () -> {
              throw thrown;
            });
    assertThatThrownBy(() -> times.timeControllerExecution(fails)).isSameAs(thrown);
    assertThat(count("Failed")).isEqualTo(1);
    assertThat(count("Succeeded")).isZero();
  }

  private double count(String outcome) {
    return scene
        .scrape()
        .sum(
            "godwit_reconcile_duration_seconds_count",
            "controller",
            "mongomigration",
            "outcome",
            outcome);
  }
}
