package dev.godwit.property;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.engine.bson.Bson;
import dev.godwit.property.Case.Crash;
import dev.godwit.property.Case.Kind;
import dev.godwit.property.Case.Point;
import dev.godwit.property.Case.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// A case as files: `migration.yaml` is the spec, `database.yaml` what is there before, in shell
/// syntax, `crash.yaml` where the runs end. Long strings of one letter are written as
/// `{$repeat: [letter, times]}`.
final class CaseFiles {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();
  private static final int LONG = 1_000;
  private static final String REPEAT = "$repeat";

  private CaseFiles() {}

  static void write(Case one, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("migration.yaml"), spec(one));
    Files.writeString(folder.resolve("database.yaml"), YAML.writeValueAsString(database(one)));
    ObjectNode crash = JsonNodeFactory.instance.objectNode();
    point(crash.putObject("apply"), one.crash().apply());
    crash.put("resumed", one.crash().resumed());
    point(crash.putObject("rollback"), one.crash().rollback());
    Files.writeString(folder.resolve("crash.yaml"), YAML.writeValueAsString(crash));
  }

  static Case read(Path folder) throws IOException {
    ObjectNode spec = (ObjectNode) YAML.readTree(folder.resolve("migration.yaml").toFile());
    List<ObjectNode> steps = new ArrayList<>();
    spec.remove("steps").forEach(step -> steps.add((ObjectNode) step));
    spec.remove("version");
    Map<String, Seed> collections = new TreeMap<>();
    YAML.readTree(folder.resolve("database.yaml").toFile())
        .properties()
        .forEach(
            entry ->
                collections.put(
                    entry.getKey(),
                    new Seed(
                        documents(entry.getValue().get("documents")),
                        documents(entry.getValue().get("indexes")))));
    JsonNode crash = YAML.readTree(folder.resolve("crash.yaml").toFile());
    return new Case(
        collections,
        steps,
        spec,
        new Crash(
            point(crash.get("apply")),
            crash.get("resumed").asBoolean(),
            point(crash.get("rollback"))));
  }

  /// The spec of the migration as YAML.
  static String spec(Case one) {
    try {
      ObjectNode spec = JsonNodeFactory.instance.objectNode().put("version", "1");
      spec.putArray("steps").addAll(one.steps());
      spec.setAll(one.settings());
      return YAML.writeValueAsString(spec);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ObjectNode database(Case one) {
    ObjectNode database = JsonNodeFactory.instance.objectNode();
    one.collections()
        .forEach(
            (name, seed) -> {
              ObjectNode collection = database.putObject(name);
              texts(collection.putArray("documents"), seed.documents());
              texts(collection.putArray("indexes"), seed.indexes());
            });
    return database;
  }

  private static void texts(ArrayNode into, List<BsonDocument> documents) {
    documents.forEach(document -> into.add(Bson.shell(shortened(document))));
  }

  private static List<BsonDocument> documents(JsonNode texts) {
    List<BsonDocument> documents = new ArrayList<>();
    texts.forEach(text -> documents.add(lengthened(BsonDocument.parse(text.asText()))));
    return documents;
  }

  private static BsonDocument shortened(BsonDocument document) {
    BsonDocument result = document.clone();
    document.forEach(
        (name, value) -> {
          if (value.isString() && value.asString().getValue().length() > LONG) {
            String text = value.asString().getValue();
            result.put(
                name,
                BsonDocument.parse(
                    "{%s: ['%s', %d]}".formatted(REPEAT, text.charAt(0), text.length())));
          }
        });
    return result;
  }

  private static BsonDocument lengthened(BsonDocument document) {
    BsonDocument result = document.clone();
    document.forEach(
        (name, value) -> {
          if (value.isDocument() && value.asDocument().containsKey(REPEAT)) {
            var repeat = value.asDocument().getArray(REPEAT);
            result.put(
                name,
                new BsonString(
                    repeat
                        .get(0)
                        .asString()
                        .getValue()
                        .repeat(repeat.get(1).asInt32().getValue())));
          }
        });
    return result;
  }

  private static void point(ObjectNode node, Point point) {
    node.put("kind", point.kind().name()).put("permille", point.permille());
  }

  private static Point point(JsonNode node) {
    return new Point(Kind.valueOf(node.get("kind").asText()), node.get("permille").asInt());
  }
}
