package dev.godwit.engine.backup;

/// A stretch of the archive that can be read on its own: with gzip one member, without just bytes.
/// It holds whole blocks of one collection, or the prelude.
///
/// @param offset where it begins in the archive, in bytes
/// @param length its bytes in the archive
/// @param sha256 over these bytes, in hexadecimal digits
/// @param collection name in the blocks, or null for the prelude
/// @param documents number of documents
/// @param bytes bytes of the documents, uncompressed
/// @param crc CRC-64/XZ over the documents, in 16 hexadecimal digits
public record ArchivePart(
    long offset,
    long length,
    String sha256,
    String collection,
    long documents,
    long bytes,
    String crc) {}
