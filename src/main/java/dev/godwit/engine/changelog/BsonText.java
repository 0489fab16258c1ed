package dev.godwit.engine.changelog;

import dev.godwit.engine.RunException;
import dev.godwit.engine.Spot;
import java.util.List;
import java.util.regex.MatchResult;
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

  /// How the parser names a word that it did not expect.
  private static final Pattern FOUND = Pattern.compile("found '(.+)'\\.?$", Pattern.DOTALL);

  private BsonText() {}

  /// @throws RunException with verdict `Refused` naming `path` when `text` is not one document
  static BsonDocument document(String path, String text) {
    return array(path, "{v: [", text, "]\n}").get(0).asDocument();
  }

  /// As [#document]; empty when `text` is null.
  static BsonDocument documentOrEmpty(String path, String text) {
    return text == null ? new BsonDocument() : document(path, text);
  }

  /// A list of documents: `[ {…}, {…} ]`.
  ///
  /// @throws RunException with verdict `Refused` naming `path` when `text` is something else
  static List<BsonDocument> documents(String path, String text) {
    BsonArray array = array(path, "{v: ", text, "\n}");
    if (!array.stream().allMatch(value -> value.isDocument())) {
      throw refused(new Spot(path, 0, null), text, "a list of documents is needed", null);
    }
    return array.stream().map(value -> value.asDocument()).toList();
  }

  private static BsonArray array(String path, String before, String text, String after) {
    if (now(text) instanceof MatchResult now) {
      throw refused(
          new Spot(path, now.start(), null),
          text,
          "a date without a value would be another one at each run; write the date, or use $currentDate or \"$$NOW\" in an update",
          null);
    }
    String json = before + text + after;
    try {
      BsonDocument wrapped = BsonDocument.parse(json);
      BsonArray array = wrapped.getArray("v");
      if (wrapped.size() != 1
          || (before.endsWith("[") && (array.size() != 1 || !array.get(0).isDocument()))) {
        throw refused(new Spot(path, 0, null), text, "exactly one document is needed", null);
      }
      return array;
    } catch (JsonParseException
        | BsonInvalidOperationException
        | BsonSerializationException
        | IllegalArgumentException wrong) {
      int offset = Math.clamp(offset(json, message(wrong)) - before.length(), 0, text.length());
      throw refused(new Spot(path, offset, null), text, wrong.getMessage(), wrong);
    }
  }

  /// Where the word begins that the parser did not expect. It does not say how far it has read: as
  /// far as the shortest beginning at which it complains in the same words.
  private static int offset(String json, String message) {
    int low = 0;
    int high = json.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (complaint(json.substring(0, middle)).equals(message)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    Matcher found = FOUND.matcher(message);
    int word = found.find() ? json.lastIndexOf(found.group(1), low - 1) : -1;
    return word < 0 ? Math.max(low - 1, 0) : word;
  }

  private static String complaint(String json) {
    try {
      BsonDocument.parse(json);
      return "";
    } catch (JsonParseException
        | BsonInvalidOperationException
        | BsonSerializationException
        | IllegalArgumentException wrong) {
      return message(wrong);
    }
  }

  private static String message(RuntimeException wrong) {
    return String.valueOf(wrong.getMessage());
  }

  /// A date without a value outside of strings; null when there is none.
  private static MatchResult now(String text) {
    Matcher tokens = TOKEN.matcher(text);
    String quote = null;
    while (tokens.find()) {
      String token = tokens.group();
      if (token.equals("\"") || token.equals("'")) {
        quote = quote == null ? token : quote.equals(token) ? null : quote;
      } else if (quote == null && !token.startsWith("\\")) {
        return tokens.toMatchResult();
      }
    }
    return null;
  }

  private static RunException refused(Spot spot, String text, String why, Exception cause) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return RunException.refused(
        "InvalidBSON",
        spot,
        "'%s' is not valid BSON in MongoDB's shell syntax: %s".formatted(shown, why),
        cause);
  }
}
