package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemStorageTest extends StorageContract {

  @TempDir Path folder;
  private Path root;
  private Storage storage;

  @BeforeEach
  void open() {
    root = folder.resolve("root");
    storage = new FileSystemStorage(root);
  }

  @Override
  Storage storage() {
    return storage;
  }

  @Test
  void readsAStretchOfAnObject() throws IOException {
    write("a", "hello");
    try (InputStream in = storage.open("a", 1, 3)) {
      assertThat(in.read()).isEqualTo('e');
      assertThat(in.readAllBytes()).asString().isEqualTo("ll");
      assertThat(in.read()).isEqualTo(-1);
    }
    try (InputStream in = storage.open("a", 3, 100)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("lo");
    }
    try (InputStream in = storage.open("a", 5, 1)) {
      assertThat(in.read()).isEqualTo(-1);
    }
    try (InputStream in = storage.open("a", 1, 3)) {
      assertThat(in.skip(100)).isEqualTo(3);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void leavesNothingOfAnObjectThatWasNotCommitted() throws IOException {
    write("a/b", "old");
    try (PendingObject object = storage.create("a/b")) {
      object.write(1);
    }
    try (Stream<Path> files = Files.list(root.resolve("a"))) {
      assertThat(files).containsExactly(root.resolve("a/b"));
    }
    assertThat(root.resolve("a/b")).hasContent("old");
  }

  @Test
  void clearsWhatACrashLeftWhenTheObjectIsWrittenAgain() throws IOException {
    write("a.b", "other");
    PendingObject crashed = storage.create("a");
    PendingObject other = storage.create("a.b");
    write("a", "new");
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).hasSize(3);
    }
    assertThatThrownBy(crashed::commit).isInstanceOf(IOException.class);
    assertThat(root.resolve("a")).hasContent("new");
    other.close();
  }

  @Test
  void refusesNamesOfFilesThatAreBeingWritten() {
    assertThatThrownBy(() -> storage.create("a.godwit-pending"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deletesWhatACrashLeftAndFoldersThatAreEmpty() throws IOException {
    write("a/b/c/one", "1");
    write("a/two", "2");
    PendingObject crashed = storage.create("a/b/c/one");
    storage.delete("a/b/c/one");
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files).containsExactlyInAnyOrder(root, root.resolve("a"), root.resolve("a/two"));
    }
    crashed.close();
    storage.delete("a/two");
    assertThat(root).isEmptyDirectory();
  }

  /// A link to itself fails as a mount does whose server is gone: not with "no such file".
  @Test
  void aVolumeThatDoesNotAnswerIsAFailureAndNotEmpty() throws IOException {
    Path broken = Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("broken"));
    Storage gone = new FileSystemStorage(broken.resolve("backups"));
    Map<String, ThrowingCallable> acts = new LinkedHashMap<>();
    acts.put("exists", () -> gone.exists("b/manifest.json"));
    acts.put("open", () -> gone.open("b/manifest.json", 0));
    acts.put("size", () -> gone.size("b/manifest.json"));
    acts.put("list", () -> gone.list(""));
    acts.put("list of a folder", () -> gone.list("b"));
    acts.put("delete", () -> gone.delete("b/manifest.json"));
    acts.put("free", gone::free);
    acts.put("create", () -> gone.create("b/manifest.json"));
    acts.forEach(
        (act, call) ->
            assertThatThrownBy(call)
                .as(act)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class));
  }

  @Test
  void aRootThatIsALinkIsWhereItLeads() throws IOException {
    write("b/manifest.json", "x");
    Storage linked =
        new FileSystemStorage(Files.createSymbolicLink(folder.resolve("backups"), root));
    assertThat(linked.list("")).containsExactly("b/manifest.json");
    assertThat(linked.list("b")).containsExactly("b/manifest.json");
    assertThat(linked.exists("b/manifest.json")).isTrue();
    linked.delete("b/manifest.json");
    assertThat(linked.list("")).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void belowAFileThereIsNothing() throws IOException {
    write("a", "x");
    assertThat(storage.exists("a/manifest.json")).isFalse();
    assertThat(storage.list("a/b")).isEmpty();
    storage.delete("a/b/c");
    assertThatThrownBy(() -> storage.size("a/b")).isInstanceOf(NoSuchFileException.class);
    assertThat(storage.exists("a")).isTrue();
  }

  @Test
  void refusesLinksThatLeadOutOfTheRoot() throws IOException {
    Files.createDirectories(root);
    Path secret = Files.writeString(folder.resolve("secret"), "s");
    Files.createSymbolicLink(root.resolve("file"), secret);
    Files.createSymbolicLink(root.resolve("up"), folder);
    assertThatThrownBy(() -> storage.open("file", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.open("up/secret", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.create("up/new")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.delete("up/secret"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(secret).hasContent("s");
  }

  @Test
  void saysHowMuchRoomThereIsAlsoBeforeItsFolderIsThere() throws IOException {
    assertThat(new FileSystemStorage(folder.resolve("a/b")).free().getAsLong()).isPositive();
  }

  @Test
  void showsAnObjectOnlyWhenAllOfItIsOnTheDisk() throws IOException {
    List<String> forced = new ArrayList<>();
    Storage watched =
        new FileSystemStorage(
            root,
            pending ->
                new ForcedChannel(
                    FileChannel.open(
                        pending, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    () ->
                        forced.add(
                            "%d bytes, visible: %s"
                                .formatted(
                                    pending.toFile().length(), Files.exists(root.resolve("a"))))));
    try (PendingObject object = watched.create("a")) {
      object.write(new byte[] {1, 2, 3});
      object.commit();
    }
    assertThat(forced).containsExactly("3 bytes, visible: false");
    assertThat(watched.size("a")).isEqualTo(3);
  }

  @Test
  void saysThatTheDiskIsFull() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full to write to");
    assertThatThrownBy(
            () -> {
              Files.createDirectories(root);
              try (PendingObject object =
                  new FileSystemStorage(
                          root, pending -> FileChannel.open(full, StandardOpenOption.WRITE))
                      .create("a")) {
                object.write(1);
              }
            })
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining("no room left")
        .hasMessageContaining("'a'");
  }

  @Test
  void othersMayNotReadABackup() throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews())
        .as("needs POSIX permissions")
        .contains("posix");
    try (PendingObject object = storage.create("secret")) {
      object.write(1);
      object.commit();
    }

    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root.resolve("secret"))))
        .startsWith("rw-")
        .endsWith("---");
  }
}
