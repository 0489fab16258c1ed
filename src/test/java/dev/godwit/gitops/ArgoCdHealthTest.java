package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.SchedulePhase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The health checks on recorded objects of every phase, run as Argo CD's own tests run theirs.
class ArgoCdHealthTest {

  static final List<Recording> RECORDINGS = Recording.ALL;

  static Stream<Arguments> healthTests() {
    List<Arguments> tests = new ArrayList<>();
    for (Customization kind : Customization.all()) {
      JsonNode file = Customization.yaml(kind.folder().resolve("health_test.yaml"));
      for (JsonNode test : file.path("tests")) {
        tests.add(
            Arguments.of(
                kind,
                test.path("inputPath").asText(),
                test.at("/healthStatus/status").asText(),
                test.at("/healthStatus/message").asText()));
      }
    }
    return tests.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("healthTests")
  void showsStatusAndMessage(Customization kind, String input, String status, String message) {
    JsonNode object = Customization.yaml(kind.folder().resolve(input));
    assertThat(Health.of(object)).isEqualTo(new Health(status, message));
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void isTestedOnEveryRecording(Recording recording) {
    assertThat(recording.object().at("/status/phase").asText(null)).isEqualTo(recording.phase());
    assertThat(healthTests())
        .anySatisfy(
            test -> {
              assertThat(test.get()[0]).isEqualTo(Customization.of(recording.kind()));
              assertThat(test.get()[1]).isEqualTo("testdata/" + recording.name() + ".yaml");
              assertThat(test.get()[2]).isEqualTo(recording.health());
            });
  }

  @ParameterizedTest
  @EnumSource
  void everyPhaseOfMigrationsIsRecorded(MigrationPhase phase) {
    isRecorded("MongoMigration", phase.name());
  }

  /// What is being deleted is that for every tool.
  @ParameterizedTest
  @EnumSource(names = "Deleting", mode = EnumSource.Mode.EXCLUDE)
  void everyPhaseOfBackupsIsRecorded(BackupPhase phase) {
    isRecorded("MongoBackup", phase.name());
  }

  @ParameterizedTest
  @EnumSource
  void everyPhaseOfRestoresIsRecorded(RestorePhase phase) {
    isRecorded("MongoRestore", phase.name());
  }

  @ParameterizedTest
  @EnumSource
  void everyPhaseOfSchedulesIsRecorded(SchedulePhase phase) {
    isRecorded("MongoBackupSchedule", phase.name());
  }

  private static void isRecorded(String kind, String phase) {
    assertThat(Recording.ALL).anyMatch(it -> it.kind().equals(kind) && phase.equals(it.phase()));
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void kstatusSeesTheSame(Recording recording) {
    assertThat(Kstatus.of(recording.object())).isEqualTo(recording.kstatus());
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void conditionsAreAsToolsExpectThem(Recording recording) {
    assertThat(Conditions.problems(recording.object())).isEmpty();
  }

  /// No API server gives such an object with today's CRD; one with an older CRD may.
  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void progressesWithoutAStatus(Recording recording) {
    ObjectNode object = recording.object().deepCopy();
    object.remove("status");
    assertThat(Health.of(object).status()).isEqualTo("Progressing");
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void progressesWhenTheOperatorHasNotSeenTheLatestChange(Recording recording) {
    ObjectNode object = recording.object().deepCopy();
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    metadata.put("generation", metadata.get("generation").asLong() + 1);
    assertThat(Health.of(object).status()).isEqualTo("Progressing");
    assertThat(Kstatus.of(object)).isEqualTo(Kstatus.InProgress);
  }

  @Test
  void allKindsAreShownByTheSameRule() {
    assertThat(Customization.all()).hasSize(4);
    assertThat(Customization.all().stream().map(Customization::health).distinct()).hasSize(1);
  }
}
