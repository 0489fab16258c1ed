package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatableUpdateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { $set: { a: 1 }, $unset: { b: "" }, $addToSet: { c: 1 } }         | true
          { $inc: { a: 1 } }                                                 | false
          { $push: { a: 1 } }                                                | false
          { $rename: { a: "b" } }                                            | false
          { $set: { "items.$.price": 1 } }                                   | false
          [ { $set: { a: { $toLower: "$a" } } } ]                            | true
          [ { $set: { a: { $concat: [ "$a", "!" ] } } } ]                    | false
          [ { $set: { a: { $concat: [ "$b", "!" ] } } } ]                    | true
          [ { $set: { a: "$b", b: "$a" } } ]                                 | false
          [ { $set: { a: "$b" } }, { $set: { a: { $toLower: "$a" } } } ]     | false
          [ { $set: { a: "$b" } }, { $unset: "b" } ]                         | false
          [ { $set: { a: "$$NOW" } } ]                                       | false
          [ { $set: { a: { $size: { $objectToArray: "$$ROOT" } } } } ]       | false
          [ { $replaceWith: { a: 1 } } ]                                     | false
          """)
  void knowsWhatCanBeDoneTwice(String update, boolean repeatable) {
    assertThat(RepeatableUpdate.is(Updates.update("{}", update))).isEqualTo(repeatable);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { a: { $exists: false } }       | { $set: { a: 1 } }             | true
          { a: null, b: 2 }               | { $set: { a: 1 } }             | true
          { a: { $ne: 1 } }               | { $set: { a: 1 } }             | true
          { a: { $ne: 2 } }               | { $set: { a: 1 } }             | false
          { a: { $exists: false } }       | { $set: { b: 1 } }             | false
          { a: null }                     | { $set: { a: null } }          | false
          { a: { $exists: true } }        | { $unset: { a: "" } }          | true
          { a: { $exists: false } }       | [ { $set: { a: 1 } } ]         | true
          { a: { $exists: false } }       | [ { $set: { a: "$b" } } ]      | false
          {}                              | { $set: { a: 1 } }             | false
          """)
  void knowsWhenTheFilterTellsWhatIsLeft(String filter, String update, boolean excludes) {
    assertThat(RepeatableUpdate.excludesItself(Updates.update(filter, update))).isEqualTo(excludes);
  }
}
