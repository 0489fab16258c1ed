package dev.godwit.engine.backup;

import java.io.IOException;

/// Bytes that are not an archive, or not the one that they should be.
final class MalformedArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedArchiveException(String message) {
    super(message);
  }

  MalformedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
