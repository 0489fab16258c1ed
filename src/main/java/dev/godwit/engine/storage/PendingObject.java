package dev.godwit.engine.storage;

import java.io.IOException;
import java.io.OutputStream;

/// An object that is being written. Closing it without [#commit] discards it.
public abstract class PendingObject extends OutputStream {

  /// Makes the object durable and visible under its name.
  public abstract void commit() throws IOException;

  /// Discards what was written, unless it was committed.
  @Override
  public abstract void close() throws IOException;
}
