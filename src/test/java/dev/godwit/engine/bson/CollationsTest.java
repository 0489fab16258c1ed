package dev.godwit.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class CollationsTest {

  @Test
  void losesNothing() {
    String all =
        "{locale: 'fr', caseLevel: true, caseFirst: 'upper', strength: 2, numericOrdering: true,"
            + " alternate: 'shifted', maxVariable: 'space', normalization: true, backwards: true}";

    assertThat(Collations.of(BsonDocument.parse(all)).asDocument())
        .isEqualTo(BsonDocument.parse(all));
  }

  @Test
  void refusesWhatMongoDbDoesNotKnow() {
    assertThatThrownBy(() -> Collations.of(BsonDocument.parse("{locale: 'en', strength: 9}")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
