package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class CollectionMetadataTest {

  @Test
  void keepsOptionsAndIndexesAsTheyAre() throws MalformedArchiveException {
    BsonDocument operators =
        new BsonDocument("$regex", new BsonString("^a\"$")).append("$options", new BsonString("i"));
    BsonDocument options =
        new BsonDocument(
                "validator",
                new BsonDocument("name", operators)
                    .append("other", new BsonRegularExpression("^b", "i"))
                    .append("type", new BsonDocument("$type", new BsonString("string")))
                    .append("$comment", new BsonString("$regex")))
            .append("size", new BsonInt32(1));
    for (int index = 0; index < SampleDocuments.values().size(); index++) {
      options.append("v" + index, SampleDocuments.values().get(index));
    }
    CollectionMetadata metadata =
        new CollectionMetadata(
            "with.dots.世界",
            CollectionMetadata.COLLECTION,
            options,
            List.of(BsonDocument.parse("{v: 2, key: {b: -1, a: 1.0}, name: 'b_-1_a_1'}")),
            "0123456789abcdef0123456789abcdef");
    CollectionMetadata read = CollectionMetadata.fromJson(metadata.name(), metadata.toJson());
    assertThat(ArchiveFormat.bytes(read.options())).isEqualTo(ArchiveFormat.bytes(options));
    assertThat(read.indexes()).isEqualTo(metadata.indexes());
    assertThat(read.uuid()).isEqualTo(metadata.uuid());
  }

  @Test
  void dropsOfAnIndexOnlyWhatNoServerTakesBack() throws MalformedArchiveException {
    BsonDocument plain = BsonDocument.parse("{v: 2, key: {a: 1}, name: 'a_1'}");
    BsonDocument engine =
        plain
            .clone()
            .append("storageEngine", BsonDocument.parse("{wiredTiger: {configString: 'x=1'}}"));
    BsonDocument ferret =
        plain
            .clone()
            .append("ns", new BsonString("shop.users"))
            .append("storageEngine", BsonDocument.parse("{enableOrderedIndex: true}"));
    CollectionMetadata metadata =
        new CollectionMetadata(
            "users",
            CollectionMetadata.COLLECTION,
            new BsonDocument(),
            List.of(plain, engine, ferret),
            null);
    assertThat(CollectionMetadata.fromJson("users", metadata.toJson()).indexes())
        .containsExactly(plain, engine, plain);
  }

  @Test
  void refusesWhatIsNoJson() {
    assertThatThrownBy(() -> CollectionMetadata.fromJson("users", "{options: "))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessageContaining("'users'");
  }
}
