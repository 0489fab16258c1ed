package dev.godwit.engine.storage;

import java.io.IOException;

/// The storage has no room left for an object.
public final class StorageFullException extends IOException {

  private static final long serialVersionUID = 1L;

  public StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
