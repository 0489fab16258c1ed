package dev.godwit.engine.backup;

import java.io.IOException;

/// Takes what [BlockReader] reads.
interface BlockVisitor {

  /// Takes a document.
  ///
  /// @param buffer holds its BSON from 0 on; it is used again for the next one
  /// @param length bytes of the document
  void document(String database, String collection, byte[] buffer, int length) throws IOException;

  /// Takes the end of a collection.
  ///
  /// @param crc CRC-64/XZ over all its documents
  void end(String database, String collection, long crc) throws IOException;
}
