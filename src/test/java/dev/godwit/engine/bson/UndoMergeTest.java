package dev.godwit.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.OnConflict;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UndoMergeTest {

  @ParameterizedTest(name = "{0} -> {1}, now {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # before             | migrated                 | now                               | taken back                 | conflict
          {_id: 1, a: 1}       | {_id: 1, a: 2}           | {_id: 1, a: 2}                    | {_id: 1, a: 1}             | false
          {_id: 1, a: 1}       | {_id: 1, a: 2}           | {_id: 1, a: 2, app: 9}            | {_id: 1, a: 1, app: 9}     | false
          {_id: 1, a: 1}       | {_id: 1, a: 2}           | {_id: 1, a: 1}                    | {_id: 1, a: 1}             | false
          {_id: 1, a: 1}       | {_id: 1, a: 2}           | {_id: 1, a: 3}                    | {_id: 1, a: 3}             | true
          {_id: 1, a: 1}       | {_id: 1, a: 2}           | {_id: 1}                          | {_id: 1}                   | true
          {_id: 1}             | {_id: 1, a: 2}           | {_id: 1, a: 2}                    | {_id: 1}                   | false
          {_id: 1}             | {_id: 1, a: {s: 1}}      | {_id: 1, a: {s: 1, t: 2}}         | {_id: 1, a: {t: 2}}        | false
          {_id: 1, a: 1, b: 2} | {_id: 1, b: 2}           | {_id: 1, b: 2, app: 9}            | {_id: 1, a: 1, b: 2, app: 9} | false
          {_id: 1, a: 1, b: 2} | {_id: 1, b: 2}           | {_id: 1, b: 2, a: 7}              | {_id: 1, a: 7, b: 2}       | true
          {_id: 1, p: {x: 1, y: 1}} | {_id: 1, p: {x: 2, y: 1}} | {_id: 1, p: {x: 2, y: 5}}   | {_id: 1, p: {x: 1, y: 5}}  | false
          {_id: 1, p: {x: 1, y: 1}} | {_id: 1, p: {x: 2, y: 1}} | {_id: 1, p: {x: 3, y: 5}}   | {_id: 1, p: {x: 3, y: 5}}  | true
          {_id: 1, t: [1]}     | {_id: 1, t: [1, 2]}      | {_id: 1, t: [1, 2, 3]}            | {_id: 1, t: [1, 2, 3]}     | true
          """)
  void keepsNewerValues(
      String before, String migrated, String now, String expected, boolean conflict) {
    UndoMerge.Result result = revert(before, migrated, now, OnConflict.KeepNewer);

    assertThat(result.document().toJson()).isEqualTo(BsonDocument.parse(expected).toJson());
    assertThat(result.conflict()).isEqualTo(conflict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {_id: 1, a: 1} | {_id: 1, a: 2} | {_id: 1, a: 3}         | {_id: 1, a: 1}
          {_id: 1}       | {_id: 1, a: 2} | {_id: 1, a: 3, app: 1} | {_id: 1, app: 1}
          """)
  void overwritesNewerValuesWhenAsked(String before, String migrated, String now, String expected) {
    UndoMerge.Result result = revert(before, migrated, now, OnConflict.Overwrite);

    assertThat(result.document().toJson()).isEqualTo(BsonDocument.parse(expected).toJson());
    assertThat(result.conflict()).isTrue();
  }

  private static UndoMerge.Result revert(
      String before, String migrated, String now, OnConflict onConflict) {
    DocumentChange change =
        DocumentChange.between(BsonDocument.parse(before), BsonDocument.parse(migrated));
    return UndoMerge.revert(BsonDocument.parse(now), change, onConflict);
  }
}
