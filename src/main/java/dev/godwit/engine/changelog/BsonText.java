package dev.godwit.engine.changelog;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonSerializationException;
import org.bson.json.JsonParseException;

/// Parses the BSON strings of a manifest.
final class BsonText {

  /// What tells strings from the rest, and what the parser takes for the time at which it reads.
  private static final Pattern TOKEN =
      Pattern.compile("\\\\.|[\"']|\\b(?:ISODate|Date)\\s*\\(\\s*\\)", Pattern.DOTALL);

  private BsonText() {}

  /// @throws RunException with verdict `Refused` naming `path` when `text` is not one document
  static BsonDocument document(String path, String text) {
    return array(path, "[" + text + "]", text).get(0).asDocument();
  }

  /// As [#document]; empty when `text` is null.
  static BsonDocument documentOrEmpty(String path, String text) {
    return text == null ? new BsonDocument() : document(path, text);
  }

  /// A list of documents: `[ {…}, {…} ]`.
  ///
  /// @throws RunException with verdict `Refused` naming `path` when `text` is something else
  static List<BsonDocument> documents(String path, String text) {
    BsonArray array = array(path, text, text);
    if (!array.stream().allMatch(value -> value.isDocument())) {
      throw refused(path, text, "a list of documents is needed", null);
    }
    return array.stream().map(value -> value.asDocument()).toList();
  }

  private static BsonArray array(String path, String json, String text) {
    if (namesNow(text)) {
      throw refused(
          path,
          text,
          "a date without a value would be another one at each run; write the date, or use $currentDate or \"$$NOW\" in an update",
          null);
    }
    try {
      BsonDocument wrapped = BsonDocument.parse("{v: " + json + "\n}");
      BsonArray array = wrapped.getArray("v");
      if (wrapped.size() != 1
          || (json != text && (array.size() != 1 || !array.get(0).isDocument()))) {
        throw refused(path, text, "exactly one document is needed", null);
      }
      return array;
    } catch (JsonParseException
        | BsonInvalidOperationException
        | BsonSerializationException
        | IllegalArgumentException wrong) {
      throw refused(path, text, wrong.getMessage(), wrong);
    }
  }

  private static boolean namesNow(String text) {
    Matcher tokens = TOKEN.matcher(text);
    String quote = null;
    while (tokens.find()) {
      String token = tokens.group();
      if (token.equals("\"") || token.equals("'")) {
        quote = quote == null ? token : quote.equals(token) ? null : quote;
      } else if (quote == null && !token.startsWith("\\")) {
        return true;
      }
    }
    return false;
  }

  private static RunException refused(String path, String text, String why, Exception cause) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    String message = "'%s' is not valid BSON in MongoDB's shell syntax: %s".formatted(shown, why);
    return new RunException(
        Verdict.Refused, new Failure("InvalidBSON", null, path + ": " + message), cause);
  }
}
