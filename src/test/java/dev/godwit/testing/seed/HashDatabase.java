package dev.godwit.testing.seed;

import com.mongodb.client.MongoClient;
import dev.godwit.testing.Snapshots;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Prints a line a collection, its name and a SHA-256 over the bytes of all its documents in `_id`
/// order, its indexes and its options: `HashDatabase URI DATABASE`. Equal lines, equal contents.
public final class HashDatabase {

  private HashDatabase() {}

  public static void main(String[] arguments) throws NoSuchAlgorithmException {
    if (arguments.length != 2) {
      System.err.println("usage: HashDatabase URI DATABASE");
      System.exit(2);
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (MongoClient client = Server.connect(arguments[0])) {
      Snapshots.of(client.getDatabase(arguments[1]))
          .forEach(
              (collection, content) ->
                  System.out.println(
                      collection
                          + " "
                          + HexFormat.of()
                              .formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)))));
    }
  }
}
