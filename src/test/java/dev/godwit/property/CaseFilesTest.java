package dev.godwit.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.engine.bson.Bson;
import dev.godwit.property.Case.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseFilesTest {

  @TempDir private Path folder;

  @Test
  void givesBackEveryCaseToTheByte() throws IOException {
    for (long seed = 1; seed <= 200; seed++) {
      Case one = CaseGenerator.of(seed);

      CaseFiles.write(one, folder);
      Case read = CaseFiles.read(folder);

      assertThat(CaseFiles.spec(read)).as("seed %d", seed).isEqualTo(CaseFiles.spec(one));
      assertThat(read.crash()).isEqualTo(one.crash());
      assertThat(read.collections().keySet()).isEqualTo(one.collections().keySet());
      one.collections()
          .forEach((name, documents) -> assertSame(documents, read.collections().get(name)));
    }
  }

  private static void assertSame(Seed one, Seed other) {
    assertThat(bytes(other.documents())).isEqualTo(bytes(one.documents()));
    assertThat(bytes(other.indexes())).isEqualTo(bytes(one.indexes()));
  }

  private static List<String> bytes(List<BsonDocument> documents) {
    return documents.stream().map(Bson::bytes).map(HexFormat.of()::formatHex).toList();
  }

  @Test
  void theSameSeedMakesTheSameCase() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(CaseFiles.spec(CaseGenerator.of(seed)))
          .isEqualTo(CaseFiles.spec(CaseGenerator.of(seed)));
    }
  }
}
