package dev.godwit.engine.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class IdRangeTest {

  @Test
  void coversEveryBracketFromItsStartToItsEnd() {
    List<IdRange> ranges =
        IdRange.split(List.of(new BsonInt32(5), new BsonDouble(7.5), new BsonString("m")));

    assertThat(ranges).extracting(IdRange::bracket).contains(IdBracket.values());
    assertThat(ranges)
        .filteredOn(range -> range.bracket() == IdBracket.NUMBER)
        .extracting(range -> range.condition(null).toJson())
        .containsExactly(
            "{\"_id\": {\"$gte\": {\"$numberDouble\": \"-Infinity\"}, \"$lt\": 5}}",
            "{\"_id\": {\"$gte\": 5, \"$lt\": 7.5}}",
            "{\"_id\": {\"$gte\": 7.5}}");
    assertThat(ranges)
        .filteredOn(range -> range.bracket() == IdBracket.STRING)
        .extracting(range -> range.condition(null).toJson())
        .containsExactly(
            "{\"_id\": {\"$gte\": \"\", \"$lt\": \"m\"}}", "{\"_id\": {\"$gte\": \"m\"}}");
    assertThat(ranges).filteredOn(range -> range.bracket() == IdBracket.DATE).hasSize(1);
  }

  @Test
  void goesOnAfterTheLastIdAndStaysBeforeItsEnd() {
    IdRange range = new IdRange(IdBracket.NUMBER, new BsonInt32(5), new BsonInt32(9));
    assertThat(range.condition(new BsonInt32(6)).toJson())
        .isEqualTo("{\"_id\": {\"$gt\": 6, \"$lt\": 9}}");
  }

  @Test
  void aBracketOfOneValueIsNotCut() {
    assertThat(IdRange.split(List.of(BsonNull.VALUE)))
        .filteredOn(range -> range.bracket() == IdBracket.NULL)
        .singleElement()
        .satisfies(
            range -> {
              assertThat(range.isSingle()).isTrue();
              assertThat(range.condition(null).toJson()).isEqualTo("{\"_id\": null}");
            });
  }
}
