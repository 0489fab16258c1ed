package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Where a measurement was made.
final class Machine {

  private Machine() {}

  /// Processor, memory, versions, in a line.
  static String describe(MongoClient client) {
    BsonDocument build =
        client
            .getDatabase("admin")
            .runCommand(BsonDocument.parse("{buildInfo: 1}"), BsonDocument.class);
    String ferret =
        build.containsKey("ferretdb")
            ? ", FerretDB "
                + build.getDocument("ferretdb").getString("version", new BsonString("?")).getValue()
            : "";
    return "%d processors (%s), %s; JDK %s; server %s%s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            line("/proc/cpuinfo", "model name"),
            line("/proc/meminfo", "MemTotal"),
            Runtime.version(),
            build.getString("version").getValue(),
            ferret);
  }

  private static String line(String file, String key) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip().replaceAll("\\s+", " "))
          .findFirst()
          .orElse("?");
    } catch (IOException unreadable) {
      return "?";
    }
  }
}
