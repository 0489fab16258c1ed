package dev.godwit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class ServerMessageTest {

  @Test
  void ofManyErrorsTellsTheFirstAndHowManyThereAre() {
    List<BulkWriteError> errors =
        IntStream.range(0, 500)
            .mapToObj(i -> new BulkWriteError(11000, "E11000 visits_1", new BsonDocument(), i))
            .toList();
    assertThat(ServerMessage.of(bulk(errors)))
        .isEqualTo("code 11000, E11000 visits_1 (and 499 more)");
    assertThat(ServerMessage.of(bulk(errors.subList(0, 1))))
        .isEqualTo("code 11000, E11000 visits_1");
  }

  @Test
  void isNeverLong() {
    assertThat(ServerMessage.of(new MongoException(1, "x".repeat(10_000))))
        .hasSize(500)
        .endsWith("…");
    assertThat(ServerMessage.of(new MongoException(1, "short"))).isEqualTo("short");
  }

  private static MongoBulkWriteException bulk(List<BulkWriteError> errors) {
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(), errors, null, new ServerAddress(), Set.of());
  }
}
