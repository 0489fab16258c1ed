package dev.godwit.core;

import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import java.util.ArrayList;
import java.util.List;

/// What is told of a decision about a schedule.
public final class ScheduleStory {

  private ScheduleStory() {}

  /// The notes of a decision.
  public static List<Note> tell(ScheduleView view, Decision<ScheduleStanding> decision) {
    ScheduleStanding standing = decision.standing();
    List<Note> notes = new ArrayList<>();
    if (standing.missed()) {
      notes.add(
          new Note(
              true, "ScheduleMissed", standing.message(), 0, "missed|" + standing.dealtWith()));
    }
    if (decision instanceof Decision.TakeBackup<ScheduleStanding> take) {
      notes.add(new Note(false, "BackupScheduled", standing.message(), 0, "take|" + take.name()));
    }
    if (decision instanceof Decision.DeleteBackups<ScheduleStanding> delete) {
      notes.add(
          new Note(
              false,
              "BackupsPruned",
              "the retention does not keep " + String.join(", ", delete.names()),
              1,
              "prune|" + delete.names()));
    }
    if (standing.reason().equals(Reasons.INVALID_SCHEDULE)) {
      notes.add(
          new Note(
              true, Reasons.INVALID_SCHEDULE, standing.message(), 0, "invalid|" + view.schedule()));
    }
    verification(view.status().verification(), standing.verification(), notes);
    return notes;
  }

  private static void verification(
      ScheduledVerification before, ScheduledVerification after, List<Note> notes) {
    if (after == null || after.result() == VerificationResult.Running || after.equals(before)) {
      return;
    }
    boolean succeeded = after.result() == VerificationResult.Succeeded;
    notes.add(
        new Note(
            !succeeded,
            succeeded ? Reasons.VERIFICATION_SUCCEEDED : Reasons.VERIFICATION_FAILED,
            after.message(),
            2,
            "verify|" + after.number()));
  }
}
