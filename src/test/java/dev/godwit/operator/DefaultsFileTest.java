package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.JobSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultsFileTest {

  @Test
  void anEmptyFileMeansTheBuiltInDefaults() throws Exception {
    assertThat(DefaultsFile.of("")).isEqualTo(Defaults.BUILT_IN);
    assertThat(DefaultsFile.of("{backup: {}, batches: {}, job: {}}")).isEqualTo(Defaults.BUILT_IN);
  }

  @Test
  void holdsWhatAMigrationSpecHolds() throws Exception {
    Defaults defaults =
        DefaultsFile.of(
            """
            backup:
              storage: {persistentVolumeClaim: {claimName: backups, path: godwit}}
            batches: {size: 500, pause: 50ms}
            job:
              backoffLimit: 5
              tolerations: [{key: batch, operator: Exists}]
              labels: {team: data}
            """);
    assertThat(defaults.storage().persistentVolumeClaim().claimName()).isEqualTo("backups");
    assertThat(defaults.batches()).isEqualTo(new Batches(500, "50ms", null));
    assertThat(defaults.job().backoffLimit()).isEqualTo(5);
    assertThat(defaults.job().tolerations().getFirst().getKey()).isEqualTo("batch");
    assertThat(defaults.job().resources()).isEqualTo(Defaults.BUILT_IN.job().resources());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {jobs: {}}                                            | jobs
          {job: {backoffLimt: 3}}                               | job.backoffLimt
          {job: {backoffLimit: many}}                           | job.backoffLimit
          {job: {backoffLimit: 101}}                            | job.backoffLimit
          {job: {activeDeadline: 1d}}                           | job.activeDeadline
          {job: {labels: {'bad label!': x}}}                    | job.labels.bad label!
          {job: {labels: {team: '!!'}}}                         | job.labels.team
          {job: {resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}}} | job.resources.requests.memory
          {job: {affinity: {nodeAfinity: {}}}}                  | job.affinity.nodeAfinity
          {job: {tolerations: [{kee: x}]}}                      | job.tolerations[0].kee
          {batches: {size: 0}}                                  | batches.size
          {batches: {size: 25001}}                              | batches.size
          {batches: {pause: soon}}                              | batches.pause
          {backup: {policy: Never}}                             | backup.policy
          {backup: {storage: {}}}                               | backup.storage
          {backup: {storage: {s3: {bucket: a}, persistentVolumeClaim: {claimName: a}}}} | backup.storage
          {backup: {storage: {s3: {prefix: a}}}}                | backup.storage.s3.bucket
          {backup: {storage: {persistentVolumeClaim: {path: a}}}} | backup.storage.persistentVolumeClaim.claimName
          {backup: {storage: {persistentVolumeClaim: {claimName: a, paht: b}}}} | backup.storage.persistentVolumeClaim.paht
          """)
  void refusesWhatIsWrongWithItsPath(String yaml, String path) {
    assertThatThrownBy(() -> DefaultsFile.of(yaml))
        .isInstanceOfSatisfying(
            StrictYaml.InvalidException.class, wrong -> assertThat(wrong.path()).isEqualTo(path));
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> DefaultsFile.read(Path.of("target/none.yaml")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("GODWIT_DEFAULTS_FILE")
        .hasMessageContaining("none.yaml");
  }

  @Test
  void aResourceSaysMoreThanTheDefaults() throws Exception {
    JobSettings defaults =
        DefaultsFile.of("job: {backoffLimit: 5, activeDeadline: 1h, labels: {team: data, tier: a}}")
            .job();
    JobSettings mine =
        new JobSettings(7, null, null, null, null, null, Map.of("tier", "b"), null, null, null);
    JobSettings both = mine.orElse(defaults);
    assertThat(both.backoffLimit()).isEqualTo(7);
    assertThat(both.activeDeadline()).isEqualTo("1h");
    assertThat(both.labels()).isEqualTo(Map.of("team", "data", "tier", "b"));
    assertThat(both.resources()).isEqualTo(Defaults.BUILT_IN.job().resources());
  }
}
