package dev.godwit.engine;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.bulk.BulkWriteError;

/// What a server said, short enough to stand in a status with the words about what to do next.
public final class ServerMessage {

  private static final int LONGEST = 500;

  private ServerMessage() {}

  /// The message of an error. Of a bulk write the first error, and how many there are: the driver
  /// puts every one of them into its own message.
  public static String of(MongoException error) {
    if (error instanceof MongoBulkWriteException bulk && !bulk.getWriteErrors().isEmpty()) {
      BulkWriteError first = bulk.getWriteErrors().getFirst();
      int others = bulk.getWriteErrors().size() - 1;
      String text = "code %d, %s".formatted(first.getCode(), first.getMessage());
      return shortened(text) + (others == 0 ? "" : " (and %d more)".formatted(others));
    }
    return shortened(String.valueOf(error.getMessage()));
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
  }
}
