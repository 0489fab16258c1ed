package dev.godwit.engine.storage;

/// How large the parts of a multipart upload are. A server takes at most 10,000 of them, of at
/// least 5 MiB each but the last, and how long an archive gets is not known before its end. So
/// parts grow: 8 MiB at first, twice as much after each 2,000 parts, which ends at 496 GiB.
///
/// Limits: [Amazon S3 multipart
/// upload](https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
final class PartSizes {

  static final int MOST_PARTS = 10_000;
  static final int SMALLEST = 8 << 20;

  private static final int PARTS_OF_A_SIZE = 2_000;

  private PartSizes() {}

  /// Bytes of a part.
  ///
  /// @param number from 1 to [#MOST_PARTS]
  static int of(int number) {
    return SMALLEST << (number - 1) / PARTS_OF_A_SIZE;
  }

  /// The most bytes that all parts hold together.
  static long most() {
    long sum = 0;
    for (int number = 1; number <= MOST_PARTS; number++) {
      sum += of(number);
    }
    return sum;
  }
}
