package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.engine.RunException;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadPointTest {

  private static final String MEMBER = "{setName: 'rs0', maxWireVersion: 21}";
  private static final String AT_7_1 =
      "{cursor: {id: {$numberLong: '0'}, firstBatch: [], atClusterTime: {$timestamp: {t: 7, i: 1}}}}";

  @ParameterizedTest
  @ValueSource(strings = {MEMBER, "{msg: 'isdbgrid', maxWireVersion: 13}"})
  void allReadersReadAtTheTimeThatTheServerNames(String hello) {
    ReadPoint point = point(server(hello, AT_7_1), ConsistencyPolicy.Required);
    assertThat(point.consistency()).isEqualTo(Consistency.Snapshot);
    assertThat(point.note()).isNull();
    BsonDocument command = BsonDocument.parse("{find: 'orders'}");
    assertThat(point.put(command, "orders")).isTrue();
    assertThat(command)
        .isEqualTo(
            BsonDocument.parse(
                "{find: 'orders', readConcern: {level: 'snapshot', atClusterTime: {$timestamp: {t: 7, i: 1}}}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {maxWireVersion: 21}                | no member of a replica set
          {setName: 'rs0', maxWireVersion: 9} | older than MongoDB 5.0
          """)
  void saysWhyThereIsNone(String hello, String why) {
    ReadPoint point = point(server(hello, AT_7_1), ConsistencyPolicy.Preferred);
    assertThat(point.consistency()).isEqualTo(Consistency.None);
    assertThat(point.note()).contains(why);
    BsonDocument command = BsonDocument.parse("{find: 'orders'}");
    assertThat(point.put(command, "orders")).isFalse();
    assertThat(command).hasSize(1);
    assertThatThrownBy(() -> point(server(hello, AT_7_1), ConsistencyPolicy.Required))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("Preferred");
  }

  @Test
  void doesNotBelieveAServerThatTakesTheReadConcernAndNamesNoTime() {
    assertThat(
            point(
                    server(MEMBER, "{cursor: {id: {$numberLong: '0'}, firstBatch: []}}"),
                    ConsistencyPolicy.Preferred)
                .note())
        .contains("names no time");
  }

  @Test
  void goesOnWithoutWhenTheServerRefusesOrForgetsIt() {
    Function<BsonDocument, BsonDocument> refusing =
        command -> {
          if (command.containsKey("hello")) {
            return BsonDocument.parse(MEMBER);
          }
          throw refusal(263, "not here");
        };
    assertThat(point(refusing, ConsistencyPolicy.Preferred).note()).contains("not here");

    ReadPoint point = point(server(MEMBER, AT_7_1), ConsistencyPolicy.Preferred);
    assertThat(ReadPoint.isGone(refusal(239, "SnapshotTooOld"))).isTrue();
    assertThat(ReadPoint.isGone(refusal(13, "Unauthorized"))).isFalse();
    point.lose("orders", "SnapshotTooOld");
    assertThat(point.put(BsonDocument.parse("{find: 'orders'}"), "orders")).isFalse();
    assertThat(point.put(BsonDocument.parse("{find: 'users'}"), "users")).isTrue();
    assertThat(point.consistency()).isEqualTo(Consistency.None);
    assertThat(point.note()).contains("'orders'").contains("SnapshotTooOld");

    ReadPoint required = point(server(MEMBER, AT_7_1), ConsistencyPolicy.Required);
    assertThatThrownBy(() -> required.lose("orders", "SnapshotTooOld"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("minSnapshotHistoryWindowInSeconds");
  }

  private static ReadPoint point(
      Function<BsonDocument, BsonDocument> server, ConsistencyPolicy policy) {
    return ReadPoint.of(
        server,
        List.of(
            new CollectionMetadata(
                "orders", CollectionMetadata.COLLECTION, new BsonDocument(), List.of(), null)),
        policy);
  }

  private static Function<BsonDocument, BsonDocument> server(String hello, String find) {
    return command -> BsonDocument.parse(command.containsKey("hello") ? hello : find);
  }

  private static MongoCommandException refusal(int code, String message) {
    return new MongoCommandException(
        BsonDocument.parse("{ok: 0, code: %d, errmsg: '%s'}".formatted(code, message)),
        new ServerAddress());
  }
}
