package dev.godwit.engine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/// Named objects that are written once as a stream and then read.
///
/// A name is a relative path with `/` between its segments; a segment is never empty, `.` or `..`.
/// Every method throws [InvalidNameException] for another name, and [java.io.IOException] when
/// the storage fails; [StorageFullException] when it has no room left.
public interface Storage {

  /// Begins an object. It appears under its name, whole, only with [PendingObject#commit], and then
  /// replaces an older object of that name.
  PendingObject create(String name) throws IOException;

  /// Reads an object from `offset` (in bytes) to its end.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none
  default InputStream open(String name, long offset) throws IOException {
    return open(name, offset, Long.MAX_VALUE);
  }

  /// Reads `length` bytes of an object from `offset` on, or as many as it has: of an object that
  /// ends at or before `offset`, none. A storage behind a network asks for no more than these.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none
  InputStream open(String name, long offset, long length) throws IOException;

  /// Size of an object in bytes.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none
  long size(String name) throws IOException;

  /// Whether there is an object of that name. A storage that does not answer fails; it never says
  /// no.
  boolean exists(String name) throws IOException;

  /// Names of all objects below the folder `folder` (`""` is the root), sorted; unfinished objects
  /// are not among them.
  List<String> list(String folder) throws IOException;

  /// Deletes an object; none is fine.
  void delete(String name) throws IOException;

  /// How many bytes can still be written; empty where nobody can say.
  default OptionalLong free() throws IOException {
    return OptionalLong.empty();
  }

  /// Where this is, for messages.
  String describe();
}
