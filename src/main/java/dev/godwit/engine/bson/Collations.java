package dev.godwit.engine.bson;

import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationAlternate;
import com.mongodb.client.model.CollationCaseFirst;
import com.mongodb.client.model.CollationMaxVariable;
import com.mongodb.client.model.CollationStrength;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;

/// The driver's collations.
public final class Collations {

  private Collations() {}

  /// A collation from its [document](https://www.mongodb.com/docs/manual/reference/collation/).
  ///
  /// @throws IllegalArgumentException for a value that MongoDB does not know
  public static Collation of(BsonDocument document) {
    Collation.Builder collation =
        Collation.builder().locale(document.getString("locale").getValue());
    document.forEach(
        (name, value) -> {
          switch (name) {
            case "strength" ->
                collation.collationStrength(CollationStrength.fromInt(value.asNumber().intValue()));
            case "caseFirst" ->
                collation.collationCaseFirst(
                    CollationCaseFirst.fromString(value.asString().getValue()));
            case "alternate" ->
                collation.collationAlternate(
                    CollationAlternate.fromString(value.asString().getValue()));
            case "maxVariable" ->
                collation.collationMaxVariable(
                    CollationMaxVariable.fromString(value.asString().getValue()));
            case "caseLevel" -> collation.caseLevel(value.equals(BsonBoolean.TRUE));
            case "numericOrdering" -> collation.numericOrdering(value.equals(BsonBoolean.TRUE));
            case "normalization" -> collation.normalization(value.equals(BsonBoolean.TRUE));
            case "backwards" -> collation.backwards(value.equals(BsonBoolean.TRUE));
            default -> {
              // locale; version is the server's to say
            }
          }
        });
    return collation.build();
  }
}
