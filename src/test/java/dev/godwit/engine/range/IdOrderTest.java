package dev.godwit.engine.range;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdOrderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1, 2, 10]                                                                  | true
          [1, 3, 2]                                                                   | false
          [1, 1]                                                                      | false
          ['B', 'a', 'ä', '\\uFFFD', '\\uD83D\\uDE00']                                | true
          ['a', 'B']                                                                  | false
          [{$oid: '000000000000000000000001'}, {$oid: 'f00000000000000000000000'}]    | true
          [1, {$numberLong: '2'}]                                                     | false
          [{a: 1}, {a: 2}]                                                            | false
          [{a: 1}]                                                                    | true
          """)
  void isSureOfSimpleTypesOnly(String ids, boolean rises) {
    assertThat(IdOrder.rises(BsonDocument.parse("{v: " + ids + "}").getArray("v")))
        .isEqualTo(rises);
  }
}
