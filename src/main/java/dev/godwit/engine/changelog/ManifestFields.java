package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.api.v1alpha1.FieldPath;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.RunException;
import java.util.Set;
import java.util.regex.Pattern;
import org.bson.BsonDocument;

/// Reads the fields that steps and checks have in common. Each refuses what is wrong with the
/// field's path.
final class ManifestFields {

  private static final Pattern NAME = Pattern.compile(Step.NAME_PATTERN);
  private static final Pattern FIELD = Pattern.compile(FieldPath.PATTERN);

  private ManifestFields() {}

  /// @param names those before it; this one is added
  static void name(String path, String name, Set<String> names) {
    if (name == null || name.length() > 63 || !NAME.matcher(name).matches()) {
      throw invalid(path + ".name", "1 to 63 of a-z, 0-9 and '-' are needed");
    }
    if (!names.add(name)) {
      throw invalid(path + ".name", "'%s' is there already; names are unique".formatted(name));
    }
  }

  static BsonDocument filterOrEmpty(String path, String text) {
    return text == null ? new BsonDocument() : filter(path, text);
  }

  static BsonDocument filter(String path, String text) {
    BsonDocument filter = BsonText.document(path, text);
    OperatorRules.checkFilter(path, filter);
    return filter;
  }

  /// A collation; null when there is none.
  static BsonDocument collation(String path, String text) {
    if (text == null) {
      return null;
    }
    BsonDocument collation = BsonText.document(path, text);
    if (!collation.isString("locale")) {
      throw invalid(path, "a collation names its locale: '{ locale: \"en\", strength: 2 }'");
    }
    return collation;
  }

  static String collection(String path, String name) {
    return collection(path, "collection", name);
  }

  /// @param field of the operation that holds the name
  static String collection(String path, String field, String name) {
    if (name == null || name.isEmpty() || name.length() > CollectionName.MAX_LENGTH) {
      throw invalid(
          path + "." + field, "1 to %d characters are needed".formatted(CollectionName.MAX_LENGTH));
    }
    if (name.startsWith("system.") || name.startsWith(CollectionName.OWN_PREFIX)) {
      throw RunException.refused(
          "CollectionRefused",
          path + "." + field,
          "'%s' belongs to the server or to Godwit; a migration cannot touch it".formatted(name));
    }
    if (name.contains("$")
        || name.indexOf('\0') >= 0
        || name.startsWith(".")
        || name.endsWith(".")) {
      throw invalid(path + "." + field, "'%s' is not a name of a collection".formatted(name));
    }
    return name;
  }

  static RunException invalid(String path, String message) {
    return RunException.refused("InvalidManifest", path, message);
  }

  /// A path into documents.
  static String field(String path, String field) {
    if (field == null || field.length() > 255 || !FIELD.matcher(field).matches()) {
      throw invalid(path, "a field is needed, such as 'customerId' or 'items.product'");
    }
    return field;
  }
}
