package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.DeletionPolicy;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupRemovalTest {

  private static final Instant T = World.START;

  private Instant now = T;
  private MongoBackupStatus status = done();
  private Optional<JobView> job = Optional.empty();
  private Optional<JobView> deletion = Optional.empty();
  private List<String> users = List.of();

  private static MongoBackupStatus done() {
    BackupView view = new BackupView(T, "b", World.UID, 1, MongoBackupStatus.NEW, Optional.empty());
    return BackupStatusProjection.project(view, BackupDecider.decide(view));
  }

  private BackupView view() {
    return new BackupView(now, "b", World.UID, 1, status, job, null, users, false);
  }

  private BackupRemoval removal(DeletionPolicy policy) {
    return BackupRemoval.decide(view(), policy, deletion, T.plusSeconds(600));
  }

  private JobView job(JobView.State state, String failure, Verdict verdict) {
    boolean ended = state == JobView.State.Ended;
    return new JobView(
        "j",
        false,
        state,
        !ended,
        T,
        ended ? now : null,
        failure,
        verdict == null ? null : RunResult.of(verdict, null),
        null,
        null,
        false,
        null);
  }

  @Test
  void dataThatAreRetainedStayAndTheResourceGoes() {
    assertThat(removal(DeletionPolicy.Retain).isOver()).isTrue();
    assertThat(removal(DeletionPolicy.Retain).notes()).isEmpty();
  }

  @Test
  void aBackupThatNeverBeganHasNothingToDelete() {
    status = MongoBackupStatus.NEW;
    assertThat(removal(DeletionPolicy.Delete).isOver()).isTrue();
  }

  @Test
  void dataAreDeletedByAJobBeforeTheResourceGoes() {
    BackupRemoval first = removal(DeletionPolicy.Delete);
    assertThat(first.isOver()).isFalse();
    assertThat(first.decision())
        .isInstanceOfSatisfying(
            Decision.StartJob.class,
            start -> {
              assertThat(start.role()).isEqualTo(JobRole.Delete);
              assertThat(start.backup()).isEqualTo("b." + World.UID);
            });
    MongoBackupStatus deleting = BackupStatusProjection.project(view(), first.decision());
    assertThat(deleting.phase()).isEqualTo(BackupPhase.Deleting);
    deletion = Optional.of(job(JobView.State.Active, null, null));
    assertThat(removal(DeletionPolicy.Delete).decision()).isInstanceOf(Decision.Wait.class);
    deletion = Optional.of(job(JobView.State.Ended, null, Verdict.Deleted));
    assertThat(removal(DeletionPolicy.Delete).isOver()).isTrue();
    assertThat(removal(DeletionPolicy.Delete).notes())
        .extracting(Note::reason)
        .containsExactly("DataDeleted");
  }

  @Test
  void aDeletionThatFailedIsTriedAgainAfterARest() {
    deletion =
        Optional.of(job(JobView.State.Ended, "BackoffLimitExceeded: x", Verdict.Interrupted));
    assertThat(removal(DeletionPolicy.Delete).decision()).isInstanceOf(Decision.Wait.class);
    now = now.plusSeconds(31);
    assertThat(removal(DeletionPolicy.Delete).decision()).isInstanceOf(Decision.ForgetJob.class);
  }

  @Test
  void dataThatCannotBeDeletedAreLeftAndSaidSo() {
    deletion = Optional.of(job(JobView.State.Active, null, null));
    now = T.plus(Duration.ofMinutes(11));
    BackupRemoval removal = removal(DeletionPolicy.Delete);
    assertThat(removal.isOver()).isTrue();
    assertThat(removal.notes())
        .singleElement()
        .satisfies(
            note -> {
              assertThat(note.warning()).isTrue();
              assertThat(note.reason()).isEqualTo(Reasons.DATA_LEFT);
              assertThat(note.message()).contains("b." + World.UID);
            });
  }

  @Test
  void whatIsNeededStaysWithItsDataHoweverLongItTakes() {
    users = List.of("MongoRestore back");
    now = T.plus(Duration.ofDays(3));
    for (DeletionPolicy policy : DeletionPolicy.values()) {
      BackupRemoval removal = removal(policy);
      assertThat(removal.isOver()).as("%s", policy).isFalse();
      assertThat(removal.decision().standing().message()).contains("MongoRestore back");
    }
  }

  @Test
  void aRunningJobIsStoppedFirst() {
    job = Optional.of(job(JobView.State.Active, null, null));
    assertThat(removal(DeletionPolicy.Delete).decision()).isInstanceOf(Decision.StopJob.class);
    job = Optional.of(job(JobView.State.Stopping, null, null));
    assertThat(removal(DeletionPolicy.Delete).decision()).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void itsTimeIsOverAfterItsTtlUnlessSomethingNeedsIt() {
    JobView ended = job(JobView.State.Ended, null, Verdict.Refused);
    BackupView failed = new BackupView(T, "b", World.UID, 1, status, Optional.of(ended));
    status = BackupStatusProjection.project(failed, BackupDecider.decide(failed));
    Duration ttl = Duration.ofHours(720);
    BackupView young =
        new BackupView(T, "b", World.UID, 1, status, Optional.empty(), ttl, users, false);
    assertThat(BackupStatusProjection.project(young, BackupDecider.decide(young)).expirationTime())
        .isEqualTo("2026-01-31T00:00:00Z");
    assertThat(BackupDecider.decide(young)).isInstanceOf(Decision.Wait.class);
    Instant later = T.plus(ttl);
    BackupView old =
        new BackupView(later, "b", World.UID, 1, status, Optional.empty(), ttl, users, false);
    assertThat(BackupDecider.decide(old))
        .isInstanceOfSatisfying(
            Decision.DeleteBackups.class,
            delete -> assertThat(delete.names()).asString().isEqualTo("[b]"));
    BackupView needed =
        new BackupView(
            later,
            "b",
            World.UID,
            1,
            status,
            Optional.empty(),
            ttl,
            List.of("MongoRestore back"),
            false);
    assertThat(BackupDecider.decide(needed)).isInstanceOf(Decision.Wait.class);
  }
}
