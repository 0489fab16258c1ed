package dev.godwit.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import org.junit.jupiter.api.Test;

class ConnectionTest {

  @Test
  void theConnectionStringDoesNotWeakenReadsAndWrites() {
    String uri =
        "mongodb://127.0.0.1:1/shop?w=1&journal=false&readPreference=secondary&readConcernLevel=majority";
    try (Connection connection = Connection.open(uri, null)) {
      assertThat(connection.database().getWriteConcern())
          .isEqualTo(WriteConcern.MAJORITY.withJournal(true));
      assertThat(connection.database().getReadPreference()).isEqualTo(ReadPreference.primary());
      assertThat(connection.database().getReadConcern())
          .as("copies are written with w: 1 and read at once: a majority read may not see them yet")
          .isEqualTo(ReadConcern.LOCAL);
    }
  }
}
