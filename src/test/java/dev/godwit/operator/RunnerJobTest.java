package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.core.JobRole;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.operator.resource.RunnerTask;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  @Test
  void onAPlatformThatPicksUsersNoneIsNamed() {
    PodSecurityContext security =
        pod(JobRole.Apply, TestConfig.DEFAULT.withUser(0)).getSecurityContext();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getRunAsUser()).isNull();
    assertThat(security.getRunAsGroup()).isNull();
    assertThat(security.getFsGroup()).isNull();
  }

  private static List<String> command(JobRole role) {
    return pod(role, TestConfig.DEFAULT).getContainers().getFirst().getCommand();
  }

  private static PodSpec pod(JobRole role, RunnerConfig config) {
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
            config)
        .getSpec()
        .getTemplate()
        .getSpec();
  }
}
