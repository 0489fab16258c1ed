package dev.godwit.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentChangeTest {

  private static final String PAIRS =
      """
      {_id: 1, a: 1}                  | {_id: 1, a: 1}
      {_id: 1, a: 1}                  | {_id: 1, a: 2}
      {_id: 1, a: 1}                  | {_id: 1, a: 1.0}
      {_id: 1, a: 1}                  | {_id: 1, a: {$numberLong: '1'}}
      {_id: 1, a: 1}                  | {_id: 1}
      {_id: 1}                        | {_id: 1, a: null}
      {_id: 1, a: 1, b: 2}            | {_id: 1, b: 2}
      {_id: 1, a: 1, b: 2}            | {_id: 1, b: 2, a: 1}
      {_id: 1, a: 1, b: 2}            | {_id: 1, b: 3, a: 1, c: 4}
      {_id: 1, a: {x: 1, y: 2}}       | {_id: 1, a: {y: 2, x: 1}}
      {_id: 1, a: [1, {x: 1}]}        | {_id: 1, a: [1, {x: 2}]}
      {_id: 1, z: 1, a: 2}            | {_id: 1, z: 1, a: 2, d: 1, c: 2}
      {_id: 1, z: 1, a: 2}            | {_id: 1, c: 2, d: 1}
      {_id: 1, n: {$numberDouble: 'NaN'}} | {_id: 1, n: {$numberDouble: 'NaN'}, m: {$numberDouble: '-0.0'}}
      {_id: 1, n: {$numberDecimal: '1.0'}} | {_id: 1, n: {$numberDecimal: '1.00'}}
      {_id: 1, 'a.b': 1, '$set': 2}   | {_id: 1, 'a.b': 2, '$set': 3}
      {_id: {k: 1}, a: 1}             | {_id: {k: 1}, a: 2}
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = PAIRS)
  void leadsToTheOtherImageAndBackWithTheSameBytes(String from, String to) {
    BsonDocument before = BsonDocument.parse(from);
    BsonDocument after = BsonDocument.parse(to);

    DocumentChange change = DocumentChange.between(before, after);

    assertThat(change.isEmpty()).isEqualTo(Bson.identical(before, after));
    assertThat(Bson.bytes(change.reverted(after))).isEqualTo(Bson.bytes(before));
    assertThat(Bson.bytes(change.applied(before))).isEqualTo(Bson.bytes(after));
    assertThat(change.isBefore(after) || change.isAfter(before)).isEqualTo(change.isEmpty());
    assertThat(change.isBefore(before)).isTrue();
    assertThat(change.isAfter(after)).isTrue();
    DocumentChange stored = DocumentChange.of(change.appendTo(new BsonDocument()));
    assertThat(Bson.bytes(stored.reverted(after))).isEqualTo(Bson.bytes(before));
    assertThat(Bson.bytes(stored.applied(before))).isEqualTo(Bson.bytes(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {_id: 1, a: 1}       | {_id: 1, a: 2}              | {$set: {a: 2}}
          {_id: 1, a: 1}       | {_id: 1}                    | {$unset: {a: ''}}
          {_id: 1, a: 1}       | {_id: 1, b: 1}              | {$set: {b: 1}, $unset: {a: ''}}
          {_id: 1}             | {_id: 1, c: 2, d: 1}        | {$set: {c: 2, d: 1}}
          {_id: 1, a: {$numberLong: '9007199254740993'}} | {_id: 1, a: 9007199254740992.0} | {$set: {a: 9007199254740992.0}}
          """)
  void writesTheChangedFieldsAlone(String from, String to, String update) {
    assertThat(DocumentChange.asUpdate(BsonDocument.parse(from), BsonDocument.parse(to)))
        .isEqualTo(BsonDocument.parse(update));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {_id: 1, a: 1, b: 2} | {_id: 1, b: 2, a: 1}
          {_id: 1}             | {_id: 1, d: 1, c: 2}
          {_id: 1, 'a.b': 1}   | {_id: 1, 'a.b': 2}
          {_id: 1, $x: 1}      | {_id: 1, $x: 2}
          {_id: 1, a: {x: 1}}  | {_id: 1, a: {x: 1.0}}
          {_id: 1, a: [1, 2]}  | {_id: 1, a: [1, {$numberLong: '2'}]}
          {_id: 1, a: 0.0}     | {_id: 1, a: -0.0}
          {_id: 1, a: {$numberDecimal: '1.0'}} | {_id: 1, a: {$numberDecimal: '1.00'}}
          {_id: 1, a: {$numberDecimal: '-0'}} | {_id: 1, a: 0}
          {_id: 1, a: {$numberDouble: 'NaN'}} | {_id: 1, a: {$numberDecimal: 'NaN'}}
          {_id: 1, a: {$numberDouble: 'Infinity'}} | {_id: 1, a: {$numberDecimal: 'Infinity'}}
          """)
  void replacesTheDocumentWhereFieldsAloneWouldNotGiveTheSameBytes(String from, String to) {
    assertThat(DocumentChange.asUpdate(BsonDocument.parse(from), BsonDocument.parse(to))).isNull();
  }
}
