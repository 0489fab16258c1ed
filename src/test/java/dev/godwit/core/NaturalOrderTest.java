package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

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
    shuffled.sort(NaturalOrder.INSTANCE);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void leadingZerosDoNotCount() {
    assertThat(NaturalOrder.INSTANCE.compare("4", "004")).isZero();
    assertThat(NaturalOrder.INSTANCE.compare("0", "000")).isZero();
    assertThat(NaturalOrder.INSTANCE.compare("v04.1", "v4.01")).isZero();
    assertThat(NaturalOrder.INSTANCE.compare("010", "9")).isPositive();
  }
}
