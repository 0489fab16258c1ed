package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateCollectionOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {collation: {locale: "en"}}             | {collation: {locale: "en", caseLevel: false, strength: 3}} | []
          {collation: {locale: "en", strength: 1}} | {collation: {locale: "en", caseLevel: false, strength: 3}} | [collation]
          {timeseries: {timeField: "t"}}          | {timeseries: {timeField: "t", granularity: "seconds"}}    | []
          {capped: true, size: 1000}              | {capped: true, size: NumberLong(1024)}                    | []
          {capped: true, size: 1000}              | {capped: true, size: 4096}                                | [size]
          {capped: false}                         | {}                                                        | []
          {capped: 1}                             | {capped: true}                                            | [capped]
          {max: 5}                                | {max: 5.0}                                                | []
          {validator: {a: 1}}                     | {validator: {a: 1, b: 1}}                                 | [validator]
          {validator: {a: 1}}                     | {}                                                        | [validator]
          """)
  void findsWhatIsMissing(String wanted, String there, String missing) {
    assertThat(
            CreateCollectionAction.missingOptions(
                    BsonDocument.parse(wanted), BsonDocument.parse(there))
                .toString())
        .isEqualTo(missing);
  }
}
