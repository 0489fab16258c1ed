package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LockedRunMongoIT {

  private final LockedRun run =
      new LockedRun(Migrations.environment(MongoServer.newDatabase(), Duration.ofSeconds(3)));

  @Test
  @Timeout(60)
  void givesUpWhenTheServerAnswersButNothingGetsOn() {
    assertThatThrownBy(
            () ->
                run.run(
                    (history, lease) -> {
                      throw new MongoTimeoutException("too slow");
                    }))
        .isInstanceOfSatisfying(
            RunException.class, ended -> assertThat(ended.verdict()).isEqualTo(Verdict.Interrupted))
        .hasMessageContaining("too slow");
  }

  @Test
  @Timeout(60)
  void goesOnAsLongAsCheckpointsAreWritten() {
    AtomicInteger tries = new AtomicInteger();

    run.run(
        (history, lease) -> {
          if (tries.incrementAndGet() == 5) {
            return null;
          }
          history.checkpoint(new BsonDocument("n", new BsonInt32(tries.get())));
          throw new MongoTimeoutException("too slow");
        });

    assertThat(tries).hasValue(5);
  }
}
