package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.core.JobRole;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.operator.resource.RunnerTask;
import dev.godwit.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunnerJobTest {

  /// What is quick to start is slow to dump a database.
  @ParameterizedTest
  @EnumSource(JobRole.class)
  void onlyRunsThatReadGoWithoutTheOptimizingCompiler(JobRole role) {
    List<String> command = new ArrayList<>(TestConfig.DEFAULT.command());
    if (role == JobRole.Plan || role.name().startsWith("Verdict")) {
      command.add(1, "-XX:TieredStopAtLevel=1");
    }

    assertThat(command(role)).isEqualTo(command);
  }

  private static List<String> command(JobRole role) {
    MongoMigration owner = Samples.migration("shop", "shop-004", "004");
    owner.getMetadata().setUid("1234");
    return RunnerJob.of(
            new RunnerTask(
                owner,
                role,
                "job",
                new SecretKeyRef("shop-mongodb", null),
                JobSettings.DEFAULT,
                null,
                null,
                null),
            TestConfig.DEFAULT)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getCommand();
  }
}
