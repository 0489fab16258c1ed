package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

class PageSizeTest {

  @Test
  void followsTheSizeOfTheDocumentsThatItSees() {
    PageSize size = new PageSize(256 << 10, 0);
    assertThat(size.documents()).isEqualTo(256);
    size.seen(new PageReader.Page(256, 256 * 64, false));
    assertThat(size.documents()).isEqualTo(4_096);
    size.seen(new PageReader.Page(1, 16 << 20, false));
    assertThat(size.documents()).isEqualTo(1);
    size.seen(new PageReader.Page(0, 0, true));
    assertThat(size.documents()).isEqualTo(1);
    size.seen(new PageReader.Page(1_000, 5_000, false));
    assertThat(size.documents()).isEqualTo(10_000);
  }

  @Test
  void asksForMoreWhenTheWayIsLong() {
    assertThat(PageSize.bytesFor(100_000)).isEqualTo(1 << 20);
    assertThat(PageSize.bytesFor(8_000_000)).isEqualTo(2 << 20);
    assertThat(PageSize.bytesFor(500_000_000)).isEqualTo(4 << 20);
  }

  @Test
  void cutsIntoRangesThatAreNeitherTooSmallNorTooLarge() {
    assertThat(Granularity.USUAL.ranges(new CollectionSize(10, 1 << 20), 4)).isEqualTo(1);
    assertThat(Granularity.USUAL.ranges(new CollectionSize(10, 200 << 20), 4)).isEqualTo(25);
    assertThat(Granularity.USUAL.ranges(new CollectionSize(10, 1L << 30), 4)).isEqualTo(32);
    assertThat(Granularity.USUAL.ranges(new CollectionSize(10, 4L << 30), 4)).isEqualTo(64);
    assertThat(Granularity.USUAL.ranges(new CollectionSize(10, 1L << 40), 4)).isEqualTo(1_000);
  }

  @Test
  void choosesBoundariesEvenlyAndEachOnce() {
    List<BsonValue> sample =
        IntStream.range(0, 100).<BsonValue>mapToObj(id -> new BsonInt32(id / 50)).toList();
    assertThat(Boundaries.evenly(sample, 10)).containsExactly(new BsonInt32(0), new BsonInt32(1));
    assertThat(Boundaries.evenly(List.of(), 10)).isEmpty();
  }
}
