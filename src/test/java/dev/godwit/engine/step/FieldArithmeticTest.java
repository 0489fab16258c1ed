package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.engine.bson.Bson;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldArithmeticTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "server",
      textBlock =
          """
          { $set: { a: 1 } }                          | { a: "x" }                            | { a: 1 }
          { $unset: { a: "" } }                       | { a: 1, b: 2 }                        | { b: 2 }
          { $inc: { a: 1 } }                          | { a: 1 }                              | { a: 2 }
          { $inc: { a: 1 } }                          | {}                                    | { a: 1 }
          { $inc: { a: 1 } }                          | { a: 2147483647 }                     | server
          { $inc: { a: 1 } }                          | { a: { $numberLong: "5" } }           | { a: { $numberLong: "6" } }
          { $inc: { a: 1 } }                          | { a: { $numberLong: "9223372036854775807" } } | server
          { $inc: { a: 1 } }                          | { a: 1.5 }                            | { a: 2.5 }
          { $inc: { a: 1.5 } }                        | { a: { $numberLong: "5" } }           | server
          { $inc: { a: 1 } }                          | { a: { $numberDecimal: "1" } }        | server
          { $inc: { a: 1 } }                          | { a: null }                           | server
          { $inc: { a: 1 } }                          | { a: "x" }                            | server
          { $mul: { a: 2 } }                          | { a: 3 }                              | { a: 6 }
          { $mul: { a: 2 } }                          | {}                                    | { a: 0 }
          { $min: { a: 2 } }                          | { a: 3 }                              | { a: 2 }
          { $max: { a: 2 } }                          | { a: 3 }                              | { a: 3 }
          { $max: { a: 2 } }                          | { a: 2.0 }                            | { a: 2.0 }
          { $min: { a: 2 } }                          | { a: "x" }                            | server
          { $max: { a: { $date: { $numberLong: "5" } } } } | { a: { $date: { $numberLong: "4" } } } | { a: { $date: { $numberLong: "5" } } }
          """)
  void reckonsAsEveryServerDoesOrLeavesItToTheServer(
      String operators, String before, String expected) {
    var after = FieldArithmetic.apply(BsonDocument.parse(operators), BsonDocument.parse(before));

    if (expected == null) {
      assertThat(after).isEmpty();
    } else {
      assertThat(Bson.identical(after.orElseThrow(), BsonDocument.parse(expected)))
          .as("%s", after)
          .isTrue();
    }
  }
}
