package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A volume of 4 MiB that gets full.
class FullVolumeIT {

  private static final int MIB = 1 << 20;

  @TempDir Path volume;
  private Storage storage;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", volume.toString()))
        .as("needs the right to mount a file system (CAP_SYS_ADMIN)")
        .isZero();
    storage = new FileSystemStorage(volume.resolve("backups"));
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    run("umount", volume.toString());
  }

  @Test
  void anObjectThatDoesNotFitLeavesNothingAndTheOldOneStays() throws IOException {
    write("a", 1);

    assertThatThrownBy(() -> write("a", 8))
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining("'a'")
        .hasMessageContaining("bytes free");

    assertThat(storage.list("")).containsExactly("a");
    assertThat(storage.size("a")).isEqualTo(MIB);
    write("b", 2);
    assertThat(storage.size("b")).isEqualTo(2 * MIB);
  }

  private void write(String name, int mebibytes) throws IOException {
    try (PendingObject object = storage.create(name)) {
      for (int i = 0; i < mebibytes; i++) {
        object.write(new byte[MIB]);
      }
      object.commit();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
