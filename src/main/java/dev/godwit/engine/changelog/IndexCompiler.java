package dev.godwit.engine.changelog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.CreateIndexes;
import dev.godwit.api.v1alpha1.IndexSpec;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Turns the indexes of a manifest into definitions, or refuses them with the field's path.
final class IndexCompiler {

  private static final Pattern KEY = Pattern.compile("^-?[^-$][^$]*$");
  private static final Pattern WILDCARD = Pattern.compile("^(\\$\\*\\*|[^$]+)$");
  private static final Set<String> TYPES = new TreeSet<>(Set.of("text", "2dsphere", "hashed"));
  private static final String ALL = "$**";

  /// Source: MongoDB's manual, `createIndexes`, without what has a field of its own.
  private static final Set<String> OPTIONS =
      new TreeSet<>(
          Set.of(
              "weights",
              "default_language",
              "language_override",
              "textIndexVersion",
              "2dsphereIndexVersion",
              "wildcardProjection",
              "bits",
              "min",
              "max",
              "storageEngine"));

  private static final Set<String> FIELDS =
      Set.of(
          "unique",
          "sparse",
          "hidden",
          "expireAfterSeconds",
          "partialFilterExpression",
          "collation",
          "name");

  private IndexCompiler() {}

  /// @param path of the operation, for messages
  static CompiledOperation.CreateIndexes compile(
      String path, CreateIndexes create, Problems problems) {
    String collection = problems.of(() -> ManifestFields.collection(path, create.collection()));
    if (create.indexes() == null || create.indexes().isEmpty()) {
      throw ManifestFields.invalid(path + ".indexes", "at least one index is needed");
    }
    List<IndexDefinition> indexes = new ArrayList<>();
    for (int i = 0; i < create.indexes().size(); i++) {
      String at = "%s.indexes[%d]".formatted(path, i);
      IndexSpec spec = create.indexes().get(i);
      problems.section(() -> index(at, spec, indexes)).ifPresent(indexes::add);
    }
    problems.settle();
    return new CompiledOperation.CreateIndexes(collection, List.copyOf(indexes));
  }

  private static IndexDefinition index(String at, IndexSpec spec, List<IndexDefinition> before) {
    IndexDefinition index = index(at, spec);
    for (IndexDefinition other : before) {
      if (other.name().equals(index.name()) || other.conflictsWith(index)) {
        throw RunException.refused("IndexConflict", at, conflict(index, other));
      }
    }
    return index;
  }

  /// Says what two indexes of a step have in common, and the way out.
  private static String conflict(IndexDefinition index, IndexDefinition other) {
    if (!other.conflictsWith(index)) {
      return "'%s' is the name of %s and of %s in this step; give one of them another name"
          .formatted(index.name(), other.describe(), index.describe());
    }
    String both =
        "'%s' %s and '%s' %s have the same keys, a collection cannot have both"
            .formatted(other.name(), other.describe(), index.name(), index.describe());
    return both
        + (index.expires() == other.expires()
            ? "; keep one of them"
            : "; keep the one with expireAfterSeconds: it serves queries too");
  }

  private static IndexDefinition index(String at, IndexSpec spec) {
    BsonDocument keys = keys(at + ".keys", spec.keys());
    BsonDocument options = options(at, spec);
    if (options.containsKey("expireAfterSeconds") && keys.size() > 1) {
      throw ManifestFields.invalid(at + ".expireAfterSeconds", "a TTL index has exactly one key");
    }
    String name = spec.name() == null ? IndexDefinition.defaultName(keys) : spec.name();
    if (name.equals("_id_") || name.equals("*")) {
      throw ManifestFields.invalid(at + ".name", "'%s' is the server's".formatted(name));
    }
    return new IndexDefinition(name, keys, options);
  }

  private static BsonDocument keys(String path, List<JsonNode> nodes) {
    if (nodes == null || nodes.isEmpty()) {
      throw ManifestFields.invalid(path, "at least one field is needed");
    }
    BsonDocument keys = new BsonDocument();
    for (int i = 0; i < nodes.size(); i++) {
      String at = "%s[%d]".formatted(path, i);
      BsonDocument key = key(at, nodes.get(i));
      if (keys.containsKey(key.getFirstKey())) {
        throw ManifestFields.invalid(path, "a field is there twice");
      }
      keys.putAll(key);
    }
    if (keys.size() == 1 && keys.getFirstKey().equals("_id")) {
      throw ManifestFields.invalid(path, "every collection has the index on _id");
    }
    return keys;
  }

  private static BsonDocument key(String at, JsonNode node) {
    if (node != null && node.isTextual()) {
      String text = node.asText();
      if (text.length() > 255 || !KEY.matcher(text).matches()) {
        throw ManifestFields.invalid(
            at, "a field is needed, such as 'email' or '-createdAt'; other kinds are objects");
      }
      return IndexDefinition.keys(List.of(text));
    }
    if (node == null
        || !node.isObject()
        || node.size() != 2
        || !node.path("field").isTextual()
        || !node.path("type").isTextual()) {
      throw ManifestFields.invalid(
          at, "a field's name, or {field: …, type: text|2dsphere|hashed|wildcard}, is needed");
    }
    return typed(at, node.path("field").asText(), node.path("type").asText());
  }

  private static BsonDocument typed(String at, String field, String type) {
    if (type.equals("wildcard")) {
      if (!WILDCARD.matcher(field).matches()) {
        throw ManifestFields.invalid(
            at + ".field", "a path such as 'attributes' is needed, or '$**' for all fields");
      }
      return new BsonDocument(field.equals(ALL) ? ALL : field + "." + ALL, new BsonInt32(1));
    }
    if (!TYPES.contains(type)) {
      throw ManifestFields.invalid(
          at + ".type", "'%s' is not one of text, 2dsphere, hashed, wildcard".formatted(type));
    }
    if (!(type.equals("text") && field.equals(ALL)) && !KEY.matcher(field).matches()) {
      throw ManifestFields.invalid(at + ".field", "a field is needed, such as 'description'");
    }
    return new BsonDocument(field, new BsonString(type));
  }

  private static BsonDocument options(String at, IndexSpec spec) {
    BsonDocument options = new BsonDocument();
    if (Boolean.TRUE.equals(spec.unique())) {
      options.append("unique", BsonBoolean.TRUE);
    }
    if (Boolean.TRUE.equals(spec.sparse())) {
      options.append("sparse", BsonBoolean.TRUE);
    }
    if (spec.expireAfterSeconds() != null) {
      options.append("expireAfterSeconds", new BsonInt32(spec.expireAfterSeconds()));
    }
    if (spec.partialFilterExpression() != null) {
      options.append(
          "partialFilterExpression",
          ManifestFields.filter(at + ".partialFilterExpression", spec.partialFilterExpression()));
    }
    if (Boolean.TRUE.equals(spec.hidden())) {
      options.append("hidden", BsonBoolean.TRUE);
    }
    BsonDocument collation = ManifestFields.collation(at + ".collation", spec.collation());
    if (collation != null) {
      options.append("collation", collation);
    }
    BsonText.documentOrEmpty(at + ".options", spec.options())
        .forEach((name, value) -> options.append(option(at + ".options", name), value));
    return options;
  }

  private static String option(String path, String name) {
    if (FIELDS.contains(name)) {
      throw ManifestFields.invalid(path, "'%s' is a field beside options".formatted(name));
    }
    if (!OPTIONS.contains(name)) {
      throw ManifestFields.invalid(
          path,
          "'%s' is not an option of an index; %s"
              .formatted(name, Nearest.suggestion(name, OPTIONS)));
    }
    return name;
  }
}
