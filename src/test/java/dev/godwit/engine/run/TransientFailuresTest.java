package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import com.mongodb.connection.ClusterId;
import com.mongodb.connection.ServerId;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class TransientFailuresTest {

  @Test
  void aClearedPoolPasses() {
    ServerId server = new ServerId(new ClusterId(), new ServerAddress());

    assertThat(TransientFailures.isTransient(new MongoConnectionPoolClearedException(server, null)))
        .isTrue();
  }

  @Test
  void aBulkPassesWhenAllItsErrorsDo() {
    assertThat(TransientFailures.isTransient(bulk(List.of(), 91))).isTrue();
    assertThat(TransientFailures.isTransient(bulk(List.of(), 64))).isTrue();
    assertThat(TransientFailures.isTransient(bulk(List.of(), 79))).isFalse();
    assertThat(TransientFailures.isTransient(bulk(List.of(189), 91))).isTrue();
    assertThat(TransientFailures.isTransient(bulk(List.of(189, 11000), 91))).isFalse();
  }

  private static MongoBulkWriteException bulk(List<Integer> errors, int concern) {
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(),
        errors.stream()
            .map(code -> new BulkWriteError(code, "error", new BsonDocument(), 0))
            .toList(),
        new WriteConcernError(concern, "name", "message", new BsonDocument()),
        new ServerAddress(),
        Set.of());
  }
}
