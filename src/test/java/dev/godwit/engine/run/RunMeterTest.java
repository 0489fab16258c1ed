package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.step.StepContext.StepProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunMeterTest {

  private final Changelog changelog =
      Migrations.changelog(
          """
          version: "001"
          steps:
          - name: one
            update: {collection: users, update: '{ $set: { a: 1 } }'}
          - name: two
            update: {collection: users, update: '{ $set: { b: 1 } }'}
          """);
  private final List<RunProgress> reports = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private StepProgress progress;

  @BeforeEach
  void start() {
    RunMeter meter = new RunMeter(reports::add, Activity.Applying, 2, nanos::get);
    progress = meter.step(changelog.steps().get(1), 1);
  }

  @Test
  void rateAndTimeLeftComeFromWhatThisRunDid() {
    progress.report(400, 1000);
    pass(10);
    progress.report(600, 1000);

    assertThat(reports.getFirst().rate()).isNull();
    assertThat(reports.getFirst().etaSeconds()).isNull();
    assertThat(reports.getLast())
        .isEqualTo(
            new RunProgress(1, Activity.Applying, "two", 2, 2, 600L, 1000L, 80, 20L, 20L, null));
  }

  @Test
  void aStepThatCountsNothingHasNoRate() {
    progress.report(0, 0);
    pass(10);
    progress.working("builds an index");

    assertThat(reports.getLast().rate()).isNull();
    assertThat(reports.getLast().message()).isEqualTo("builds an index");
  }

  @Test
  void theReasonWhyAStepIsSlowGoesWithItsReportsUntilItIsOver() {
    progress.slowed("goes slowly: the server suffers");
    progress.report(1, 10);
    progress.report(2, 10);
    progress.slowed(null);
    progress.report(3, 10);

    assertThat(reports)
        .extracting(RunProgress::message)
        .containsExactly(
            "goes slowly: the server suffers", "goes slowly: the server suffers", null);
  }

  private void pass(int seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
  }
}
