package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.testing.Samples;
import org.junit.jupiter.api.Test;

class BackupUseTest {

  private static final String UID = "7f1d3c52-4d0c-4f6e-9b1e-0a1b2c3d4e5f";

  @Test
  void aRestoreByLocationNeedsTheBackupThatIsKeptThere() {
    assertThat(BackupUse.by(byLocation(Names.backupLocation("shop.nightly-20260101-0100", UID))))
        .containsExactly("shop.nightly-20260101-0100");
    assertThat(BackupUse.by(byLocation("shop/backup-20260101T010000Z"))).isEmpty();
    assertThat(BackupUse.by(byLocation("b"))).isEmpty();
  }

  private static MongoRestore byLocation(String folder) {
    return Samples.restore(
        "shop",
        "back",
        "{location: {storage: {persistentVolumeClaim: {claimName: backups}}, folder: %s}}"
            .formatted(folder));
  }
}
