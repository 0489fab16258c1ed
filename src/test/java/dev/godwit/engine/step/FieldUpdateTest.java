package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldUpdateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { $set: { a: 1, b: "$c" } }                                    | a b   |   | false | true
          { $unset: { a: "" }, $inc: { n: 1 } }                          | a n   |   | true  | true
          [ { $set: { a: { $toLower: "$a" } } } ]                        | a     |   | false | true
          [ { $set: { "a.b": "$a.c" } } ]                                | a     |   | false | true
          [ { $set: { a: { $concat: [ "$b", "x" ] } } } ]                | a     | b | false | true
          [ { $set: { a: "$b" } }, { $unset: [ "b", "c.d" ] } ]          | a b c |   | true  | true
          [ { $set: { a: "$$NOW" } } ]                                   | a     |   | false | false
          [ { $set: { a: { $rand: {} } } } ]                             | a     |   | false | false
          [ { $set: { a: { $cond: [ "$a", 1, "$$REMOVE" ] } } } ]        | a     |   | true  | true
          [ { $set: { a: { $map: { input: "$a", in: "$$this.x" } } } } ] | a     |   | false | true
          [ { $set: { a: { $literal: "$$ROOT" } } } ]                    | a     |   | false | true
          """)
  void knowsWhatAnUpdateTouches(
      String update, String fields, String guards, boolean removes, boolean selfContained) {
    FieldUpdate found = FieldUpdate.of(Updates.update("{}", update)).orElseThrow();

    assertThat(String.join(" ", found.fields())).isEqualTo(fields);
    assertThat(found.guards()).isEqualTo(guards == null ? List.of() : List.of(guards.split(" ")));
    assertThat(found.removes()).isEqualTo(removes);
    assertThat(found.selfContained()).isEqualTo(selfContained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ $push: { a: 1 } }",
        "{ $set: { 'a.b': 1 } }",
        "{ $set: { 'items.$': 1 } }",
        "{ $currentDate: { a: true } }",
        "[ { $replaceWith: { a: 1 } } ]",
        "[ { $set: { a: '$$ROOT' } } ]",
        "[ { $set: { a: { $getField: 'b' } } } ]",
        "[ { $set: { a: { $mergeObjects: [ '$$CURRENT', {} ] } } } ]",
        "[ { $unset: 'a' }, { $set: { a: 1 } } ]",
        "[ { $set: { _id: 1 } } ]"
      })
  void leavesTheRestToWholeDocuments(String update) {
    assertThat(FieldUpdate.of(Updates.update("{}", update))).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ place: { $near: [0, 0] } }", "{ $text: { $search: 'a' } }"})
  void leavesFiltersThatAnAggregationCannotHave(String filter) {
    assertThat(FieldUpdate.of(Updates.update(filter, "{ $set: { a: 1 } }")))
        .isEqualTo(Optional.empty());
  }
}
