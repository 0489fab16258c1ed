package dev.godwit.engine.backup;

import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Parses canonical extended JSON in which query operators occur.
///
/// The driver's parser takes `{"$regex": …, "$options": …}` for a regular expression of an older
/// form. Canonical JSON writes those as `$regularExpression`, so here it is always the operator,
/// and must stay one for a validator to come back as it was.
final class OperatorSafeJson {

  private static final String OPERATOR = "$regex";
  private static final String HIDDEN = "\uE000regex";

  private OperatorSafeJson() {}

  static BsonDocument parse(String json) {
    String hidden = json.replace("\"" + OPERATOR + "\"", "\"" + HIDDEN + "\"");
    return shown(BsonDocument.parse(hidden));
  }

  private static BsonDocument shown(BsonDocument document) {
    BsonDocument shown = new BsonDocument();
    for (Map.Entry<String, BsonValue> entry : document.entrySet()) {
      shown.append(shown(entry.getKey()), shown(entry.getValue()));
    }
    return shown;
  }

  private static BsonValue shown(BsonValue value) {
    return switch (value) {
      case BsonDocument document -> shown(document);
      case BsonArray array -> new BsonArray(array.stream().map(OperatorSafeJson::shown).toList());
      case BsonString text -> new BsonString(shown(text.getValue()));
      default -> value;
    };
  }

  private static String shown(String text) {
    return text.equals(HIDDEN) ? OPERATOR : text;
  }
}
