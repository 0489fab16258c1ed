package dev.godwit.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DottedPathTest {

  @Test
  void knowsTheTopLevelFieldAndTheWayDown() {
    assertThat(DottedPath.top("a.b.c")).isEqualTo("a");
    assertThat(DottedPath.top("a")).isEqualTo("a");
    assertThat(DottedPath.parents("a.b.c")).containsExactly("a", "a.b");
    assertThat(DottedPath.parents("a")).isEmpty();
  }
}
