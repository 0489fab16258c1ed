package dev.godwit.engine.backup;

/// How finely a dump cuts its work.
///
/// @param smallBytes a collection up to this size, and
/// @param smallDocuments with at most so many documents, is read at once, with no look for
///     boundaries
/// @param leastRangeBytes ranges are not made smaller; shorter collections have one
/// @param mostRangeBytes nor larger
/// @param rangesForEachReader between these two so many, so that all readers end at about the same
///     time
record Granularity(
    long smallBytes,
    int smallDocuments,
    long leastRangeBytes,
    long mostRangeBytes,
    int rangesForEachReader) {

  static final Granularity USUAL = new Granularity(4 << 20, 5_000, 8 << 20, 64 << 20, 8);

  private static final int MOST_RANGES = 1_000;

  boolean isSmall(CollectionSize size) {
    return size.bytes() <= smallBytes && size.documents() <= smallDocuments;
  }

  /// Into how many ranges a collection is cut, about.
  int ranges(CollectionSize size, int readers) {
    long wanted = size.bytes() / ((long) readers * rangesForEachReader);
    long bytes = Math.clamp(wanted, leastRangeBytes, mostRangeBytes);
    return (int) Math.clamp(size.bytes() / bytes, 1, MOST_RANGES);
  }
}
