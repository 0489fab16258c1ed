package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.step.StepContext.StepProgress;
import dev.godwit.testing.Specs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunMeterTest {

  private static final CompiledStep STEP =
      ManifestCompiler.compile(
              Specs.read(
                  """
                  version: "1"
                  steps:
                  - {name: count, update: {collection: users, update: '{$inc: {n: 1}}'}}
                  """))
          .steps()
          .getFirst();

  private final List<RunProgress> reports = new ArrayList<>();
  private final StepProgress step = new RunMeter(reports::add, Activity.Applying, 1).step(STEP, 0);

  @Test
  void whatEarlierRunsDidIsNotItsRate() {
    step.report(0, 0);
    step.report(500_000, 1_000_000);

    assertThat(reports).allSatisfy(report -> assertThat(report.rate()).isZero());
    assertThat(reports).allSatisfy(report -> assertThat(report.etaSeconds()).isNull());
    assertThat(reports.getLast().percent()).isEqualTo(50);
  }

  @Test
  void whatThisRunDidIsItsRate() {
    step.report(0, 0);
    step.report(500_000, 1_000_000);
    step.report(900_000, 1_000_000);

    assertThat(reports.getLast().rate()).isPositive();
    assertThat(reports.getLast().etaSeconds()).isNotNull();
  }
}
