package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every storage does.
abstract class StorageContract {

  abstract Storage storage();

  @Test
  void showsAnObjectOnlyOnceItIsCommitted() throws IOException {
    try (PendingObject object = storage().create("a/b/c")) {
      object.write("hello".getBytes(StandardCharsets.UTF_8));
      assertThat(storage().exists("a/b/c")).isFalse();
      assertThat(storage().list("")).isEmpty();
      object.commit();
    }
    assertThat(storage().exists("a/b/c")).isTrue();
    assertThat(storage().exists("a/b")).isFalse();
    assertThat(storage().size("a/b/c")).isEqualTo(5);
    assertThat(storage().list("a")).containsExactly("a/b/c");
    assertThat(storage().list("b")).isEmpty();
    assertThat(text("a/b/c", 2, Long.MAX_VALUE)).isEqualTo("llo");
  }

  @Test
  void keepsTheOldObjectUntilANewOneIsCommitted() throws IOException {
    write("a/b", "old");
    try (PendingObject object = storage().create("a/b")) {
      object.write(1);
    }
    assertThat(text("a/b", 0, Long.MAX_VALUE)).isEqualTo("old");
    assertThat(storage().list("")).containsExactly("a/b");
  }

  @Test
  void readsAStretchOfAnObject() throws IOException {
    write("a", "hello");
    try (InputStream in = storage().open("a", 1, 3)) {
      assertThat(in.read()).isEqualTo('e');
      assertThat(in.readAllBytes()).asString().isEqualTo("ll");
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(text("a", 3, 100)).isEqualTo("lo");
    assertThat(text("a", 5, 1)).isEmpty();
    assertThat(text("a", 0, 0)).isEmpty();
    try (InputStream in = storage().open("a", 1, 3)) {
      assertThat(in.skip(100)).isEqualTo(3);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void keepsAnEmptyObject() throws IOException {
    write("empty", "");
    assertThat(storage().size("empty")).isZero();
    assertThat(text("empty", 0, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void listsObjectsOfAFolderAndNotOfItsNamesakes() throws IOException {
    for (String name : new String[] {"a/2", "a/1/x", "ab/1", "a.b", "Grüße/世界 +%&=?#"}) {
      write(name, name);
    }
    assertThat(storage().list("a")).containsExactly("a/1/x", "a/2");
    assertThat(storage().list(""))
        .containsExactly("Grüße/世界 +%&=?#", "a.b", "a/1/x", "a/2", "ab/1");
    assertThat(text("Grüße/世界 +%&=?#", 0, Long.MAX_VALUE)).isEqualTo("Grüße/世界 +%&=?#");
  }

  @Test
  void replacesAndDeletesObjects() throws IOException {
    write("a", "old");
    write("a", "new");
    assertThat(text("a", 0, Long.MAX_VALUE)).isEqualTo("new");
    storage().delete("a");
    storage().delete("a");
    storage().delete("no/such/folder");
    assertThat(storage().exists("a")).isFalse();
    assertThatThrownBy(() -> storage().open("a", 0)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> storage().open("a", 0, 0)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> storage().size("a")).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/etc/passwd", "..", "a/../../b", "a/./b", "a//b", "a/", ".", "a\\b", "a\0b"})
  void refusesNamesThatAreNoPath(String name) {
    assertThatThrownBy(() -> storage().create(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage().open(name, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage().size(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage().exists(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage().delete(name)).isInstanceOf(IllegalArgumentException.class);
  }

  final void write(String name, String text) throws IOException {
    try (PendingObject object = storage().create(name)) {
      object.write(text.getBytes(StandardCharsets.UTF_8));
      object.commit();
    }
  }

  final String text(String name, long offset, long length) throws IOException {
    try (InputStream in = storage().open(name, offset, length)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
