package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Updates;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Reading back in many ranges and by several threads.
class DocumentsCheckMongoIT {

  private static final Granularity FINE = new Granularity(0, 0, 4 << 10, 256 << 10, 8);
  private static final int DOCUMENTS = 400;
  private static final int THREADS = 3;
  private static final BsonDocument LAST_ID = new BsonDocument("_id", new BsonInt32(1_000 + 399));

  private final MongoDatabase database = MongoServer.newDatabase();
  private final Map<String, Long> read = new ConcurrentHashMap<>();
  private LoadTarget ids;
  private LoadTarget random;

  @BeforeEach
  void load() {
    List<BsonDocument> documents = new ArrayList<>(SampleDocuments.withIdsOfManyTypes());
    for (int id = 0; id < DOCUMENTS; id++) {
      documents.add(new BsonDocument("_id", new BsonInt32(1_000 + id)));
    }
    ids = target("ids", documents);
    Random values = new Random(3);
    random =
        target(
            "random",
            IntStream.range(0, DOCUMENTS)
                .mapToObj(id -> SampleDocuments.random(values, id))
                .toList());
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void findsEveryDocumentOnce() throws IOException {
    check();

    assertThat(read)
        .containsEntry("ids", ids.archived().documents())
        .containsEntry("random", random.archived().documents());
  }

  @Test
  void findsOneDocumentThatDiffers() {
    database.getCollection("ids").updateOne(LAST_ID, Updates.set("x", 1));

    assertThatThrownBy(this::check)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'ids'")
        .hasMessageContaining("content hash");
  }

  @Test
  void findsOneDocumentTooFewAndOneTooMany() {
    database.getCollection("ids").deleteOne(LAST_ID);
    assertThatThrownBy(this::check).hasMessageContaining("documents: expected 412, found 411");

    database
        .getCollection("ids", BsonDocument.class)
        .insertMany(List.of(LAST_ID, new BsonDocument("_id", new BsonInt32(-1))));
    assertThatThrownBy(this::check).hasMessageContaining("documents: expected 412, found 413");
  }

  @Test
  void takesAnEmptyCollectionAndNone() {
    LoadTarget empty = target("empty", List.of());

    assertThatCode(() -> check(empty)).doesNotThrowAnyException();
    assertThatCode(this::checkNothing).doesNotThrowAnyException();
  }

  private void checkNothing() throws IOException {
    check(new LoadTarget[0]);
  }

  private void check() throws IOException {
    check(ids, random);
  }

  private void check(LoadTarget... targets) throws IOException {
    read.clear();
    new DocumentsCheck(database, new StopSignal(), FINE)
        .requireSame(
            List.of(targets),
            THREADS,
            (target, documents) -> read.merge(target.name(), documents, Long::sum));
  }

  private LoadTarget target(String name, List<BsonDocument> documents) {
    database.createCollection(name);
    if (!documents.isEmpty()) {
      database.getCollection(name, BsonDocument.class).insertMany(documents);
    }
    Tally tally = new Tally();
    for (BsonDocument document : documents) {
      byte[] bytes = ArchiveFormat.bytes(document);
      tally.add(bytes, 0, bytes.length);
    }
    CollectionMetadata metadata = ServerCollections.metadata(database, name).orElseThrow();
    return new LoadTarget(
        name, metadata, ArchivedCollection.of(metadata, tally), List.of(), "nothing was replaced");
  }
}
