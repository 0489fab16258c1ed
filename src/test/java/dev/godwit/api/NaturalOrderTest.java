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
  void isATotalOrder() {
    assertThat(NaturalOrder.compare("01", "1")).isNegative();
    assertThat(NaturalOrder.compare("1", "01")).isPositive();
    assertThat(NaturalOrder.compare("1", "1")).isZero();
    assertThat(NaturalOrder.compare("1", "1a")).isNegative();
  }
}
