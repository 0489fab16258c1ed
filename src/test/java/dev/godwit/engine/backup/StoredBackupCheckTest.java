package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredBackupCheckTest {

  @TempDir Path folder;

  @Test
  void saysHowMuchItHasRead() throws IOException {
    Storage storage = new FileSystemStorage(folder);
    Map<String, List<BsonDocument>> collections = new TreeMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      collections.put(
          name,
          IntStream.range(0, 100)
              .mapToObj(id -> new BsonDocument("_id", new BsonInt32(id)))
              .toList());
    }
    BackupManifest manifest = StoredBackup.write(storage, CompressionType.None, collections);
    List<Integer> percents = new ArrayList<>();

    StoredBackupCheck.run(
        storage,
        StoredBackup.LOCATION,
        progress -> percents.add(progress.percent()),
        new StopSignal());

    assertThat(percents).hasSize(manifest.parts().size() - 1).isSorted().endsWith(100);
    assertThat(percents.subList(0, percents.size() - 1)).allMatch(percent -> percent < 100);
  }
}
