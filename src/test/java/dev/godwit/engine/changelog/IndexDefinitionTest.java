package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexDefinitionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {key: {a: 1}}                                             | {key: {a: 1.0}}                                               | true
          {key: {a: 1}}                                             | {key: {a: -1}}                                                | false
          {key: {a: 1, b: 1}}                                       | {key: {b: 1, a: 1}}                                           | false
          {key: {a: "text"}}                                        | {key: {a: "hashed"}}                                          | false
          {key: {a: 1}, partialFilterExpression: {a: 1}}            | {key: {a: 1}, partialFilterExpression: {a: NumberLong(1)}}    | true
          {key: {a: 1}, partialFilterExpression: {a: 1}}            | {key: {a: 1}, partialFilterExpression: {a: "1"}}              | false
          {key: {a: 1}, partialFilterExpression: {a: {$lt: Infinity}}} | {key: {a: 1}, partialFilterExpression: {a: {$lt: Infinity}}} | true
          """)
  void isTheSameIndexWhenTheServerWouldSaySo(String one, String other, boolean same) {
    assertThat(index(one).sameIndex(index(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {key: {a: 1}}  | {key: {a: 1}, expireAfterSeconds: 60}                      | true
          {key: {a: 1}}  | {key: {a: 1}, unique: true}                                | true
          {key: {a: 1}}  | {key: {a: -1}}                                             | false
          {key: {a: 1}}  | {key: {a: 1}, partialFilterExpression: {b: 1}}             | false
          {key: {a: 1}}  | {key: {a: 1}, collation: {locale: "en"}}                   | false
          """)
  void conflictsWithTheSameKeysUnlessCollationOrFilterTellThemApart(
      String one, String other, boolean conflicts) {
    assertThat(index(one).conflictsWith(index(other))).isEqualTo(conflicts);
  }

  private static IndexDefinition index(String index) {
    return IndexDefinition.ofServer(BsonDocument.parse(index.replaceFirst("\\{", "{name: 'n', ")));
  }
}
