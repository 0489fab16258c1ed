package dev.godwit.engine.backup;

import dev.godwit.engine.range.IdBracket;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/// First and last `_id` of a part, both included and of one bracket.
record StretchOfIds(BsonValue min, BsonValue max) {

  static final StretchOfIds NONE = new StretchOfIds(null, null);

  /// A manifest that had to name longer ones would be as large as the archive.
  private static final int LONGEST = 1 << 10;

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  static StretchOfIds of(PartBuffer part) {
    BsonValue min = part.firstId();
    BsonValue max = part.lastId();
    return isInOneBracket(min, max) && !isLong(min) && !isLong(max)
        ? new StretchOfIds(min, max)
        : NONE;
  }

  /// Only then can a server be asked for what lies between them.
  private static boolean isInOneBracket(BsonValue min, BsonValue max) {
    return min != null
        && max != null
        && IdBracket.isKnown(min)
        && IdBracket.isKnown(max)
        && IdBracket.of(min) == IdBracket.of(max);
  }

  private static boolean isLong(BsonValue id) {
    return ArchiveFormat.bytes(new BsonDocument("_id", id)).length > LONGEST;
  }

  /// A value with its exact type: canonical extended JSON of a document whose field `_id` it is.
  static String toJson(BsonValue id) {
    return new BsonDocument("_id", id).toJson(CANONICAL);
  }

  static BsonValue fromJson(String json) {
    return OperatorSafeJson.parse(json).get("_id");
  }
}
