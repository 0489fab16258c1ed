package dev.godwit.engine.backup;

import java.io.IOException;

/// A manifest of a form that this version does not know.
final class UnknownFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  UnknownFormatException(String message) {
    super(message);
  }
}
