package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLookupTest {

  private final List<String> asked = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final EventLookup lookup =
      new EventLookup(
          of -> {
            asked.add(of.getUid());
            return List.of(event("%s, look %d".formatted(of.getUid(), asked.size())));
          },
          () -> now);

  private static Event event(String message) {
    return new EventBuilder().withMessage(message).build();
  }

  private List<String> messages(String uid) {
    ObjectMeta meta = new ObjectMetaBuilder().withUid(uid).build();
    return lookup.of(meta).stream().map(Event::getMessage).toList();
  }

  @Test
  void whatStartsSoonIsNotAskedAbout() {
    assertThat(messages("a")).isEmpty();
    now = now.plusMillis(4_900);
    assertThat(messages("a")).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void whatDoesNotIsAskedAboutEveryFiveSeconds() {
    messages("a");
    for (int second = 1; second <= 60; second++) {
      now = now.plusSeconds(1);
      messages("a");
    }
    assertThat(asked).hasSize(12);
    assertThat(messages("a")).containsExactly("a, look 12");
  }

  @Test
  void eachObjectHasItsOwnAnswer() {
    messages("a");
    now = now.plusSeconds(3);
    messages("b");
    now = now.plusSeconds(3);
    assertThat(messages("a")).containsExactly("a, look 1");
    assertThat(messages("b")).isEmpty();
  }

  @Test
  void aClockThatIsSetBackMutesNobody() {
    messages("a");
    now = now.minusSeconds(3_600);
    assertThat(messages("a")).containsExactly("a, look 1");
  }

  @Test
  void forgetsThoseThatNobodyAskedAboutForLongest() {
    messages("a");
    for (int i = 0; i < 1_000; i++) {
      messages("other-" + i);
    }
    now = now.plusSeconds(6);
    assertThat(messages("a")).as("is as new").isEmpty();
    assertThat(messages("other-999")).hasSize(1);
  }
}
