package dev.godwit.engine.storage;

import java.io.IOException;

/// The storage answers that this must not or cannot be done; to try the same again does not help.
public final class StorageRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  public StorageRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
