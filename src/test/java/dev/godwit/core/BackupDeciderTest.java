package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupDeciderTest {

  private static final Instant NOW = World.START;
  private MongoBackupStatus status = MongoBackupStatus.NEW;
  private JobView job;

  private BackupView view() {
    return new BackupView(NOW, "shop", World.UID, 1, status, Optional.ofNullable(job));
  }

  private Decision<BackupStanding> step() {
    Decision<BackupStanding> decision = BackupDecider.decide(view());
    status = BackupStatusProjection.project(view(), decision);
    return decision;
  }

  private void job(JobView.State state, boolean running, String failure, RunResult result) {
    job =
        new JobView(
            view().jobName(),
            false,
            state,
            running,
            NOW,
            state == JobView.State.Ended ? NOW : null,
            failure,
            result,
            running
                ? new RunProgress(
                    1,
                    RunProgress.Activity.BackingUp,
                    "users",
                    1,
                    2,
                    5L,
                    10L,
                    25,
                    1L,
                    5L,
                    "reads users")
                : null,
            null,
            false,
            null);
  }

  @Test
  void startsRunsSucceeds() {
    assertThat(step())
        .isInstanceOfSatisfying(
            Decision.StartJob.class,
            start -> assertThat(start.backup()).isEqualTo("shop." + World.UID));
    assertThat(status.phase()).isEqualTo(BackupPhase.Pending);
    job(JobView.State.Active, true, null, null);
    step();
    assertThat(status.phase()).isEqualTo(BackupPhase.Running);
    assertThat(status.progress().position()).isEqualTo("1/2");
    assertThat(status.message()).isEqualTo("reads users");
    BackupSummary summary =
        new BackupSummary(
            null,
            123_456_789L,
            4_000_000_000L,
            1000,
            2,
            Consistency.None,
            "the server is alone",
            true,
            "8.0.0",
            "abc");
    job(
        JobView.State.Ended,
        false,
        null,
        new RunResult(Verdict.BackedUp, "shop", null, null, null, null, null, null, summary, null));
    step();
    assertThat(status.phase()).isEqualTo(BackupPhase.Succeeded);
    assertThat(status.size()).isEqualTo("118Mi");
    assertThat(status.sizeUncompressed()).isEqualTo("3815Mi");
    assertThat(status.location()).isEqualTo("shop." + World.UID);
    assertThat(Conditions.reason(status.conditions(), "Verified")).contains("ChecksumsHold");
    assertThat(status.conditions())
        .filteredOn(it -> it.getType().equals("Consistent"))
        .extracting(Condition::getStatus, Condition::getMessage)
        .containsExactly(tuple("False", "the server is alone"));
    assertThat(Expiry.of(view())).hasSize(1);
    MongoBackupStatus done = status;
    step();
    assertThat(status).isEqualTo(done);
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void anythingButACompleteBackupIsAFailure(Verdict verdict) {
    job(JobView.State.Ended, false, "PodFailurePolicy: exit code 10", World.result(verdict));
    step();
    assertThat(status.phase()).isEqualTo(BackupPhase.Failed);
    assertThat(status.failure().message()).isNotBlank();
    assertThat(Conditions.reason(status.conditions(), "Stalled")).isPresent();
  }

  @Test
  void aLostJobIsAFailure() {
    step();
    step();
    assertThat(status.phase()).isEqualTo(BackupPhase.Failed);
    assertThat(status.failure().reason()).isEqualTo(Reasons.JOB_LOST);
  }

  @Test
  void aLostStatusFindsTheJobAgain() {
    step();
    job(JobView.State.Active, true, null, null);
    status = MongoBackupStatus.NEW;
    step();
    assertThat(status.phase()).isEqualTo(BackupPhase.Running);
  }
}
