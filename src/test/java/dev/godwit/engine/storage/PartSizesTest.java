package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartSizesTest {

  private static final long GIB = 1L << 30;

  @Test
  void partsGrowSoThatTheirNumberSuffices() {
    assertThat(PartSizes.of(1)).isEqualTo(8 << 20);
    assertThat(PartSizes.of(2_000)).isEqualTo(8 << 20);
    assertThat(PartSizes.of(2_001)).isEqualTo(16 << 20);
    assertThat(PartSizes.of(PartSizes.MOST_PARTS)).isEqualTo(128 << 20);
    assertThat(PartSizes.most()).isBetween(480 * GIB, 500 * GIB);
  }
}
