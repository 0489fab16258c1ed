package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.testing.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolutionTest {

  @ParameterizedTest(name = "{0}, checksum {1}, retry {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # events                                             | checksum | retry | answer
          none                                                 | same     | 0     | Start 1
          Started                                              | same     | 0     | Resume
          Started                                              | other    | 0     | Start 2
          Started StepStarted                                  | same     | 0     | Resume
          Started StepStarted                                  | other    | 0     | ChecksumMismatch
          Started StepStarted StepCompleted Verified           | same     | 0     | Applied
          Started StepStarted StepCompleted Verified           | same     | 1     | Applied
          Started StepStarted StepCompleted Verified           | other    | 1     | ChecksumMismatch
          Started StepStarted StepFailed                       | same     | 0     | StepFailed
          Started StepStarted StepFailed                       | same     | 1     | Resume
          Started StepStarted StepFailed                       | other    | 1     | Start 2
          Started StepStarted StepCompleted VerificationFailed | same     | 0     | VerificationFailed
          Started StepStarted StepFailed RollbackStarted       | same     | 0     | StepFailed
          Started StepStarted StepFailed RollbackStarted StepUndone | same | 1    | StepFailed
          Started StepStarted StepFailed RollbackStarted RolledBack | same | 0    | RolledBack
          Started StepStarted StepFailed RollbackStarted RolledBack | same | 1    | Start 2
          Started StepStarted StepFailed RollbackStarted RolledBack | other | 0   | Start 2
          Started StepStarted StepFailed RollbackStarted RollbackFailed | same | 0 | RollbackFailed
          Started StepStarted StepFailed RollbackStarted Restored RolledBack | same | 0 | RolledBack
          Baselined                                            | same     | 0     | Recorded
          Baselined                                            | same     | 1     | Recorded
          Baselined                                            | other    | 0     | ChecksumMismatch
          Baselined                                            | other    | 1     | ChecksumMismatch
          Imported                                             | same     | 0     | Recorded
          Imported                                             | other    | 0     | Recorded
          Imported                                             | other    | 1     | Recorded
          Started StepStarted StepFailed RollbackStarted RollbackFailed Baselined | same  | 0 | Recorded
          Started StepStarted StepFailed RollbackStarted RollbackFailed Baselined | other | 1 | ChecksumMismatch
          """)
  void answersByHistory(String events, String checksum, int retry, String answer) {
    Resolution resolution =
        Resolution.forApply(changelog("005", checksum, "same", retry), history("005", events));

    assertThat(describe(resolution)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({"10, OutOfOrder", "006, OutOfOrder", "4, Start 1", "1, Start 1"})
  void refusesAVersionBelowOneThatIsApplied(String applied, String answer) {
    Resolution resolution =
        Resolution.forApply(
            changelog("005", "same", "same", 0),
            history(applied, "Started StepStarted StepCompleted Verified"));

    assertThat(describe(resolution)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "10, Baselined, OutOfOrder",
    "006, Imported, OutOfOrder",
    "4, Baselined, Start 1",
    "0.mongock.7, Imported, Start 1"
  })
  void refusesAVersionBelowOneThatIsOnlyRecorded(String recorded, String how, String answer) {
    Resolution resolution =
        Resolution.forApply(changelog("005", "same", "same", 0), history(recorded, how));

    assertThat(describe(resolution)).isEqualTo(answer);
  }

  @Test
  void appliesAVersionBelowOneThatIsAppliedWhereTheManifestAllowsIt() {
    Changelog late =
        ManifestCompiler.compile(
            Specs.read(
                "{version: '005', outOfOrder: Allow, steps: [{name: a, createCollection: {collection: c}}]}"));

    Resolution resolution =
        Resolution.forApply(late, history("010", "Started StepStarted StepCompleted Verified"));

    assertThat(describe(resolution)).isEqualTo("Start 1");
  }

  @Test
  void startsANewAttemptWhenOnlyTheChecksWereEditedAfterARollback() {
    Resolution resolution =
        Resolution.forApply(
            changelog("005", "same", "other checks", 0),
            history(
                "005",
                "Started StepStarted StepCompleted VerificationFailed RollbackStarted RolledBack"));

    assertThat(describe(resolution)).isEqualTo("Start 2");
  }

  @Test
  void goesOnAfterAFailureThatStayedWhenTheSpecWasEdited() {
    String kept = "Started StepStarted StepCompleted VerificationFailed";

    assertThat(
            describe(
                Resolution.forApply(
                    changelog("005", "same", "other checks", 0), history("005", kept))))
        .isEqualTo("Resume");
    assertThat(
            describe(
                Resolution.forApply(
                    changelog("005", "other", "other steps", 0), history("005", kept))))
        .isEqualTo("Start 2");
  }

  private static String describe(Resolution resolution) {
    return switch (resolution) {
      case Resolution.Start start -> "Start " + start.attempt();
      case Resolution.Resume _ -> "Resume";
      case Resolution.Ended ended -> ended.verdict().name();
      case Resolution.Refuse refuse -> refuse.failure().reason();
    };
  }

  private static Changelog changelog(String version, String checksum, String specHash, int retry) {
    return new Changelog(
        version,
        List.of(),
        List.of(),
        List.of(),
        OnFailure.StepsThenRestore,
        OnConflict.KeepNewer,
        Duration.ofDays(1),
        checksum,
        specHash,
        retry,
        false,
        CompiledSoak.NONE);
  }

  private static HistoryState history(String version, String events) {
    List<HistoryEvent> list = new ArrayList<>();
    if (!events.equals("none")) {
      for (String event : events.split(" ")) {
        list.add(
            new HistoryEvent(
                list.size() + 1L,
                event.equals("Imported") ? EventType.Baselined : EventType.valueOf(event),
                version,
                1,
                0,
                "s",
                event.equals("Imported") ? "" : "same",
                0,
                new BsonDocument("specHash", new BsonString("same")),
                1,
                Instant.EPOCH));
      }
    }
    return HistoryState.fold(list);
  }

  @ParameterizedTest
  @CsvSource({"005, 5", "5, 005", "1.05, 1.5"})
  void refusesAVersionThatIsRecordedInAnotherSpelling(String recorded, String written) {
    Resolution resolution =
        Resolution.forApply(
            changelog(written, "same", "same", 0),
            history(recorded, "Started StepStarted StepCompleted Verified"));

    assertThat(describe(resolution)).isEqualTo("VersionSpelling");
  }
}
