package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class ContentHashTest {

  private final BsonDocument one = BsonDocument.parse("{_id: 1, a: 1}");
  private final BsonDocument two = BsonDocument.parse("{_id: 2, a: 1}");

  @Test
  void isTheSha256OfASingleDocument() {
    assertThat(hash(List.of(one)).value()).isEqualTo(Sha256.of(ArchiveFormat.bytes(one)));
  }

  @Test
  void doesNotDependOnTheOrder() {
    assertThat(hash(List.of(one, two)).value()).isEqualTo(hash(List.of(two, one)).value());
    ContentHash sum = hash(List.of(two));
    sum.add(hash(List.of(one)));
    assertThat(sum.value()).isEqualTo(hash(List.of(one, two)).value());
  }

  @Test
  void dependsOnTheDocumentsAndOnTheOrderOfTheirFields() {
    BsonDocument swapped = BsonDocument.parse("{a: 1, _id: 1}");
    assertThat(hash(List.of(one)).value())
        .isNotEqualTo(hash(List.of(two)).value())
        .isNotEqualTo(hash(List.of(swapped)).value())
        .isNotEqualTo(hash(List.of(one, one)).value())
        .isNotEqualTo(hash(List.of()).value());
  }

  private static ContentHash hash(List<BsonDocument> documents) {
    ContentHash hash = new ContentHash();
    for (BsonDocument document : documents) {
      byte[] bytes = ArchiveFormat.bytes(document);
      hash.add(bytes, 0, bytes.length);
    }
    return hash;
  }
}
