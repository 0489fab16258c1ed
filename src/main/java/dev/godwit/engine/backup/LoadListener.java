package dev.godwit.engine.backup;

import java.io.IOException;

/// Is told how far loading is, by several threads.
interface LoadListener {

  /// @param documents that are in since the last call for this collection
  void loaded(LoadTarget target, long documents);

  /// All documents of the collection are in.
  void complete(LoadTarget target) throws IOException;
}
