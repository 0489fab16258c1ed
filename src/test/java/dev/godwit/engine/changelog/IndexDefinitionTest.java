package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
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
          {key: {a: 1}, hidden: true}                               | {key: {a: 1}}                                                 | false
          {key: {a: 1}, sparse: false}                              | {key: {a: 1}}                                                 | true
          {key: {a: "text"}}                                        | {key: {_fts: "text", _ftsx: 1}, weights: {a: 1}, default_language: "english", language_override: "language", textIndexVersion: 3} | true
          {key: {a: "text"}}                                        | {key: {_fts: "text", _ftsx: 1}, weights: {a: 2}}              | false
          {key: {a: "text"}}                                        | {key: {_fts: "text", _ftsx: 1}, weights: {b: 1}}              | false
          {key: {a: "text"}, default_language: "german"}            | {key: {_fts: "text", _ftsx: 1}, weights: {a: 1}}              | false
          {key: {z: 1, b: "text", a: "text", y: -1}, weights: {b: 3}} | {key: {z: 1, _fts: "text", _ftsx: 1, y: -1}, weights: {a: 1, b: 3}} | true
          {key: {a: "text"}, textIndexVersion: 2}                   | {key: {_fts: "text", _ftsx: 1}, weights: {a: 1}, textIndexVersion: 3} | false
          {key: {a: "2dsphere"}}                                    | {key: {a: "2dsphere"}, "2dsphereIndexVersion": 3}             | true
          {key: {a: "2d"}}                                          | {key: {a: "2d"}, bits: 26, min: -180, max: 180}               | true
          {key: {"$**": 1}, wildcardProjection: {a: 1}}             | {key: {"$**": 1}, wildcardProjection: {a: true, _id: false}}  | true
          {key: {"$**": 1}, wildcardProjection: {a: 1}}             | {key: {"$**": 1}}                                             | false
          {key: {a: 1}, collation: {locale: "en"}}                  | {key: {a: 1}, collation: {locale: "en", caseLevel: false, caseFirst: "off", strength: 3, numericOrdering: false, alternate: "non-ignorable", maxVariable: "punct", normalization: false, backwards: false, version: "57.1"}} | true
          {key: {a: 1}, collation: {locale: "en"}}                  | {key: {a: 1}, collation: {locale: "en", strength: 2}}         | false
          {key: {a: 1}, collation: {locale: "fr_CA"}}               | {key: {a: 1}, collation: {locale: "fr_CA", backwards: true}}  | true
          {key: {a: 1}, collation: {locale: "en"}}                  | {key: {a: 1}}                                                 | false
          {key: {a: 1}, collation: {locale: "simple"}}              | {key: {a: 1}}                                                 | true
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

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void uniqueAndSparseTellIndexesApartWhereTheServerSaysSo(boolean tell, boolean conflict) {
    assertThat(index("{key: {a: 1}}").conflictsWith(index("{key: {a: 1}, unique: true}"), tell))
        .isEqualTo(conflict);
    assertThat(
            index("{key: {a: 1}}")
                .conflictsWith(index("{key: {a: 1}, expireAfterSeconds: 5}"), tell))
        .isTrue();
  }

  @Test
  void aCollectionsCollationIsThatOfItsIndexes() {
    BsonDocument collation = BsonDocument.parse("{locale: 'en'}");
    assertThat(
            index("{key: {a: 1}}")
                .in(collation)
                .sameIndex(index("{key: {a: 1}, collation: {locale: 'en'}}")))
        .isTrue();
    assertThat(index("{key: {a: 'text'}}").in(collation).options()).isEmpty();
  }

  private static IndexDefinition index(String index) {
    return IndexDefinition.ofServer(BsonDocument.parse(index.replaceFirst("\\{", "{name: 'n', ")));
  }
}
