package dev.godwit.engine.backup;

import org.bson.BsonValue;

/// A stretch of the archive that can be read on its own: one gzip member, one Zstandard frame, or
/// just bytes. It holds whole blocks of one collection, or the prelude. Parts of several
/// collections may be interleaved; the end of a collection comes after all its other parts.
///
/// @param offset where it begins in the archive, in bytes
/// @param length its bytes in the archive
/// @param sha256 over these bytes, in hexadecimal digits
/// @param collection name in the blocks, or null for the prelude
/// @param documents number of documents
/// @param bytes bytes of the documents, uncompressed
/// @param crc CRC-64/XZ over the documents, in 16 hexadecimal digits
/// @param minId lowest `_id`, when its documents are all that a walk in the order of `_id` met from
///     there to `maxId`; else null
/// @param maxId highest `_id`, or null
public record ArchivePart(
    long offset,
    long length,
    String sha256,
    String collection,
    long documents,
    long bytes,
    String crc,
    BsonValue minId,
    BsonValue maxId) {}
