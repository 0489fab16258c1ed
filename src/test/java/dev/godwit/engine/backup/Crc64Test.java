package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {

  @Test
  void hasTheCheckValueOfCrc64Xz() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc64.update(Crc64.EMPTY, digits, 0, digits.length)).isEqualTo(0x995dc9bbdf1939faL);
  }

  @Test
  void doesNotDependOnHowTheBytesAreCut() {
    byte[] bytes = new byte[1_000];
    new Random(1).nextBytes(bytes);
    long whole = Crc64.update(Crc64.EMPTY, bytes, 0, bytes.length);
    for (int cut = 0; cut <= bytes.length; cut += 7) {
      long first = Crc64.update(Crc64.EMPTY, bytes, 0, cut);
      assertThat(Crc64.update(first, bytes, cut, bytes.length - cut)).isEqualTo(whole);
      long second = Crc64.update(Crc64.EMPTY, bytes, cut, bytes.length - cut);
      assertThat(Crc64.combine(first, second, bytes.length - cut)).isEqualTo(whole);
    }
  }
}
