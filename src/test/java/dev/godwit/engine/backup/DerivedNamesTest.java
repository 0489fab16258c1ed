package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedNamesTest {

  private final DerivedNames names = new DerivedNames("d".repeat(63), "004-" + "1".repeat(40));

  @Test
  void keepsShortNamesReadable() {
    DerivedNames shop = new DerivedNames("shop", "004-1");
    assertThat(shop.shadow("users")).isEqualTo("_godwit_shadow_004-1_users");
    assertThat(shop.aside("users", 1)).isEqualTo("_godwit_aside_004-1_users");
    assertThat(shop.aside("users", 2)).isEqualTo("_godwit_aside_004-1~2_users");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ü", "世", "🐦"})
  void cutsLongNamesBetweenLettersAndKeepsThemApart(String letter) {
    String one = letter.repeat(119) + "1";
    String two = letter.repeat(119) + "2";
    assertThat(names.shadow(one)).isEqualTo(names.shadow(one)).isNotEqualTo(names.shadow(two));
    assertThat(names.shadow(one)).startsWith(names.shadowPrefix());
    String namespace = names.database() + "." + names.aside(one, 12);
    byte[] bytes = namespace.getBytes(StandardCharsets.UTF_8);
    assertThat(bytes).hasSizeLessThanOrEqualTo(DerivedNames.MAX_NAMESPACE_BYTES);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a_b", "a~2", "a b", "ü"})
  void refusesTagsThatWouldMakeNamesAmbiguous(String tag) {
    assertThatThrownBy(() -> new DerivedNames("d", tag))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tag");
  }
}
