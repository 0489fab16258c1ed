package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.testing.Samples;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupUseTest {

  private static final String UID = "7f1d3c52-4d0c-4f6e-9b1e-0a1b2c3d4e5f";

  @Test
  void aRestoreByLocationNeedsTheBackupThatIsKeptThere() {
    assertThat(BackupUse.by(byLocation(Names.backupLocation("shop.nightly-20260101-0100", UID))))
        .containsExactly("shop.nightly-20260101-0100");
    assertThat(BackupUse.by(byLocation("shop/backup-20260101T010000Z"))).isEmpty();
    assertThat(BackupUse.by(byLocation("b"))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|",
        "{lastSuccessfulBackup: b}|b",
        "{lastSuccessfulBackup: b, protectedBackups: [a, c]}|a c",
      })
  void aScheduleProtectsItsLastGoodBackups(String status, String names) throws IOException {
    MongoBackupSchedule schedule = Samples.schedule("shop", "nightly");
    assertThat(BackupUse.by(schedule)).isEmpty();
    schedule.setStatus(
        new ObjectMapper(new YAMLFactory()).readValue(status, MongoBackupScheduleStatus.class));
    assertThat(BackupUse.by(schedule))
        .containsExactly(names == null ? new String[0] : names.split(" "));
  }

  private static MongoRestore byLocation(String folder) {
    return Samples.restore(
        "shop",
        "back",
        "{location: {storage: {persistentVolumeClaim: {claimName: backups}}, folder: %s}}"
            .formatted(folder));
  }
}
