package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSystemStorageTest {

  @TempDir Path folder;
  private Path root;
  private Storage storage;

  @BeforeEach
  void open() {
    root = folder.resolve("root");
    storage = new FileSystemStorage(root);
  }

  @Test
  void showsAnObjectOnlyOnceItIsCommitted() throws IOException {
    try (PendingObject object = storage.create("a/b/c")) {
      object.write("hello".getBytes(StandardCharsets.UTF_8));
      assertThat(storage.exists("a/b/c")).isFalse();
      assertThat(storage.list("")).isEmpty();
      object.commit();
    }
    assertThat(storage.exists("a/b/c")).isTrue();
    assertThat(storage.size("a/b/c")).isEqualTo(5);
    assertThat(storage.list("a")).containsExactly("a/b/c");
    assertThat(storage.list("b")).isEmpty();
    try (InputStream in = storage.open("a/b/c", 2)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("llo");
    }
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
  void replacesAndDeletesObjects() throws IOException {
    write("a", "old");
    write("a", "new");
    assertThat(root.resolve("a")).hasContent("new");
    storage.delete("a");
    storage.delete("a");
    storage.delete("no/such/folder");
    assertThat(storage.exists("a")).isFalse();
    assertThatThrownBy(() -> storage.open("a", 0)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> storage.size("a")).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "..",
        "a/../../b",
        "a/./b",
        "a//b",
        "a/",
        ".",
        "a\\b",
        "a\0b",
        "a.godwit-pending"
      })
  void refusesNamesThatEscapeTheRootOrAreNoPath(String name) {
    assertThatThrownBy(() -> storage.create(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.open(name, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.delete(name)).isInstanceOf(IllegalArgumentException.class);
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

  private void write(String name, String text) throws IOException {
    try (PendingObject object = storage.create(name)) {
      object.write(text.getBytes(StandardCharsets.UTF_8));
      object.commit();
    }
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
