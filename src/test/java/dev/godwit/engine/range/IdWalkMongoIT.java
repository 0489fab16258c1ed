package dev.godwit.engine.range;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import dev.godwit.engine.bson.Bson;
import dev.godwit.testing.MongoServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

class IdWalkMongoIT {

  private static final List<String> IDS =
      List.of(
          "{$minKey: 1}",
          "null",
          "{$numberDouble: 'NaN'}",
          "{$numberDouble: '-Infinity'}",
          "-5",
          "{$numberDecimal: '1.5'}",
          "{$numberLong: '9007199254740993'}",
          "3.25",
          "''",
          "'a'",
          "'ä'",
          "{}",
          "{a: 1}",
          "{a: {b: 1}}",
          "{$binary: {base64: '', subType: '00'}}",
          "{$binary: {base64: 'AAEC', subType: '04'}}",
          "{$oid: '000000000000000000000000'}",
          "{$oid: '6500000000000000000000aa'}",
          "false",
          "true",
          "{$date: {$numberLong: '-62135596800001'}}",
          "{$date: '2026-01-01T00:00:00Z'}",
          "{$timestamp: {t: 5, i: 1}}",
          "{$maxKey: 1}");

  @Test
  void meetsEveryIdOfEveryTypeOnceWhereverItBeginsAgain() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    MongoCollection<BsonDocument> collection =
        MongoServer.newDatabase().getCollection("ids", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    IDS.forEach(id -> documents.add(BsonDocument.parse("{_id: " + id + "}")));
    for (int i = 0; i < 50; i++) {
      documents.add(BsonDocument.parse("{_id: " + (100 + i) + "}"));
      documents.add(BsonDocument.parse("{_id: 'k" + i + "'}"));
    }
    Collections.shuffle(documents, new Random(seed));
    collection.insertMany(documents);
    Set<String> expected = new HashSet<>();
    documents.forEach(document -> expected.add(Bson.json(document.get("_id"))));
    IdBounds bounds = IdBounds.fromBson(IdBounds.read(collection).toBson());

    for (int size : new int[] {1, 7, 1000}) {
      List<String> met = new ArrayList<>();
      BsonValue last = null;
      while (true) {
        List<BsonDocument> page =
            new IdWalk(new BsonDocument(), Reading.WHOLE, bounds, last, size).next(collection);
        if (page.isEmpty()) {
          break;
        }
        page.forEach(document -> met.add(Bson.json(document.get("_id"))));
        last = page.getLast().get("_id");
      }
      assertThat(met).as("pages of %d", size).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void endsAtTheBoundsOfItsStart() {
    MongoCollection<BsonDocument> collection =
        MongoServer.newDatabase().getCollection("ids", BsonDocument.class);
    collection.insertMany(List.of(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{_id: 2}")));
    IdWalk walk = new IdWalk(new BsonDocument(), Reading.WHOLE, IdBounds.read(collection), null, 1);
    collection.insertMany(
        List.of(BsonDocument.parse("{_id: 3}"), BsonDocument.parse("{_id: 'x'}")));

    assertThat(walk.next(collection)).containsExactly(BsonDocument.parse("{_id: 1}"));
    assertThat(walk.next(collection)).containsExactly(BsonDocument.parse("{_id: 2}"));
    assertThat(walk.next(collection)).isEmpty();
  }
}
