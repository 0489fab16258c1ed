package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.engine.changelog.IndexDefinition;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class CatalogTest {

  @Test
  void isTheSameAfterItWasStored() {
    BsonDocument options =
        BsonDocument.parse("{validator: {age: {$gte: NumberLong(0)}, name: /^A/i}}")
            .append("expireAfterSeconds", new BsonInt64(3600));
    options
        .getDocument("validator")
        .append(
            "email",
            new BsonDocument("$regex", new BsonString("@"))
                .append("$options", new BsonString("i")));
    BsonDocument index =
        BsonDocument.parse(
            "{name: 'a_1', key: {a: NumberLong(1)}, partialFilterExpression: {a: {$gt: NumberLong(5)}}}");
    Catalog catalog =
        new Catalog(
            Map.of(
                "users",
                new Catalog.Entry(true, options, List.of(IndexDefinition.ofServer(index)))));

    assertThat(Catalog.fromBson(catalog.toBson()).differences(catalog)).isEmpty();
  }
}
