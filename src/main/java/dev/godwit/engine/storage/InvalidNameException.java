package dev.godwit.engine.storage;

/// Something does not name an object of a storage.
public final class InvalidNameException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidNameException(String message) {
    super(message);
  }
}
