package dev.godwit.engine.backup;

/// A collection of a backup.
///
/// @param name the collection
/// @param type `collection`, `view` or `timeseries`
/// @param documents number of documents; of a time series, of its buckets
/// @param bytes bytes of the documents, uncompressed
/// @param crc CRC-64/XZ over the documents in archive order, in 16 hexadecimal digits
/// @param contentHash hash that does not depend on the order of the documents, in 64 hexadecimal
///     digits; `docs/backup-format.md` defines it
public record ArchivedCollection(
    String name, String type, long documents, long bytes, String crc, String contentHash) {

  static ArchivedCollection of(CollectionMetadata metadata, Tally tally) {
    return new ArchivedCollection(
        metadata.name(),
        metadata.type(),
        tally.documents(),
        tally.bytes(),
        tally.crcHex(),
        tally.contentHash());
  }

  /// Name in the archive's blocks.
  String dataCollection() {
    return CollectionMetadata.dataCollection(name, type);
  }
}
