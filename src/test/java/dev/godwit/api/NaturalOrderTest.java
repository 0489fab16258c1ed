package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.NaturalOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

  @Test
  void ordersVersionsAsPeopleDo() {
    List<String> ordered =
        List.of(
            "001",
            "1",
            "2",
            "10",
            "010a",
            "10a",
            "10b",
            "20260101-a",
            "20260101-b",
            "V1__a",
            "V2__a",
            "V10__a",
            "a.1",
            "a.1.9",
            "a.1.10");
    List<String> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(7));
    shuffled.sort(NaturalOrder.COMPARATOR);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void ordersAsPeopleDo() {
    List<String> ordered =
        List.of(
            "1",
            "2",
            "10",
            "20250101120000",
            "20250101120000-a",
            "20250101120000-b",
            "99999999999999999999999",
            "a1",
            "a2",
            "a10",
            "a10.1",
            "a10.2",
            "a10.10",
            "v1",
            "v1.0",
            "v1.0.1");
    List<String> shuffled = new ArrayList<>(ordered);
    Collections.shuffle(shuffled, new Random(7));
    shuffled.sort(NaturalOrder.BY_VALUE);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void leadingZerosDoNotCountByValue() {
    assertThat(NaturalOrder.BY_VALUE.compare("4", "004")).isZero();
    assertThat(NaturalOrder.BY_VALUE.compare("0", "000")).isZero();
    assertThat(NaturalOrder.BY_VALUE.compare("v04.1", "v4.01")).isZero();
    assertThat(NaturalOrder.BY_VALUE.compare("010", "9")).isPositive();
  }

  @Test
  void versionsAreTheSameButForLeadingZeros() {
    assertThat(NaturalOrder.sameVersion("4", "004")).isTrue();
    assertThat(NaturalOrder.sameVersion("v04.1", "v4.01")).isTrue();
    assertThat(NaturalOrder.sameVersion("4", "40")).isFalse();
    assertThat(NaturalOrder.sameVersion("4", "4.0")).isFalse();
  }

  @Test
  void isATotalOrder() {
    assertThat(NaturalOrder.compare("01", "1")).isNegative();
    assertThat(NaturalOrder.compare("1", "01")).isPositive();
    assertThat(NaturalOrder.compare("1", "1")).isZero();
    assertThat(NaturalOrder.compare("1", "1a")).isNegative();
  }
}
