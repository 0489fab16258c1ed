package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomCheckTest {

  private static final long MB = 1_000_000;

  /// A storage that only says how much room it has.
  private record Room(OptionalLong free) implements Storage {

    @Override
    public PendingObject create(String name) {
      throw new AssertionError("nothing may be written");
    }

    @Override
    public InputStream open(String name, long offset, long length) {
      throw new AssertionError();
    }

    @Override
    public long size(String name) {
      throw new AssertionError();
    }

    @Override
    public boolean exists(String name) {
      throw new AssertionError();
    }

    @Override
    public List<String> list(String folder) {
      throw new AssertionError();
    }

    @Override
    public void delete(String name) {
      throw new AssertionError();
    }

    @Override
    public String describe() {
      return "folder /backups";
    }
  }

  @ParameterizedTest
  @CsvSource({"Gzip, 50", "Zstd, 50", "None, 500"})
  void whatMayFitIsTried(CompressionType type, long free) {
    assertThatCode(() -> require(OptionalLong.of(free * MB), type)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"Gzip, 49", "Zstd, 49", "None, 499", "None, 0"})
  void whatObviouslyDoesNotFitIsRefused(CompressionType type, long free) {
    RunException refused =
        catchThrowableOfType(RunException.class, () -> require(OptionalLong.of(free * MB), type));
    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().reason()).isEqualTo("StorageTooSmall");
    assertThat(refused.failure().message())
        .contains("folder /backups", free + ".0 MB free", "1000.0 MB", "enlarge the volume");
  }

  @Test
  void aStorageThatCannotSayIsTried() {
    assertThatCode(() -> require(OptionalLong.empty(), CompressionType.None))
        .doesNotThrowAnyException();
  }

  private static void require(OptionalLong free, CompressionType type) throws Exception {
    RoomCheck.require(new Room(free), "nightly", 1000 * MB, new Compression(type, null));
  }
}
