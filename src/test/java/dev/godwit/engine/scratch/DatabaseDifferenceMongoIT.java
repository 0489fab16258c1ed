package dev.godwit.engine.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.engine.StopSignal;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseDifferenceMongoIT {

  private final MongoDatabase was = MongoServer.newDatabase();
  private final MongoDatabase is = MongoServer.newDatabase();
  private final StopSignal stop = new StopSignal();

  @BeforeEach
  void seed() {
    was.getCollection("users")
        .insertMany(
            IntStream.range(0, 1_200)
                .mapToObj(i -> new Document("_id", i).append("a", i).append("b", i))
                .toList());
    was.getCollection("odd", BsonDocument.class)
        .insertMany(
            List.of(
                BsonDocument.parse("{_id: null, v: 1}"),
                BsonDocument.parse("{_id: {a: 1, b: 2}, v: 1}"),
                BsonDocument.parse("{_id: {b: 2, a: 1}, v: 1}"),
                BsonDocument.parse("{_id: NumberDecimal('1.50'), v: NaN}"),
                BsonDocument.parse("{_id: true, v: {$numberLong: '1'}}"),
                BsonDocument.parse("{_id: 'x', v: [1, {y: 2}]}")));
    was.getCollection("users")
        .createIndex(new Document("a", 1).append("b", -1), new IndexOptions().unique(true));
    was.getCollection("users").createIndex(new Document("b", 1), new IndexOptions().name("by_b"));
    was.createCollection("empty");
    was.runCommand(
        BsonDocument.parse(
            "{collMod: 'empty', validator: {x: {$gt: 1}}, validationLevel: 'strict'}"));
    new DatabaseCopy(was, is, stop).run(_ -> true);
  }

  @AfterEach
  void drop() {
    was.drop();
    is.drop();
  }

  @Test
  void aCopyIsTheSame() {
    assertThat(new DatabaseDifference(was, is, stop).find()).isEmpty();
    assertThat(Snapshots.of(is)).isEqualTo(Snapshots.of(was));
  }

  @Test
  void aCopyIsMadeAnewAndWhatTheSourceDoesNotHaveGoes() {
    is.getCollection("users").deleteMany(new Document());
    is.getCollection("more").insertOne(new Document("_id", 1));

    new DatabaseCopy(was, is, stop).run(_ -> true);

    assertThat(Snapshots.of(is)).isEqualTo(Snapshots.of(was));
  }

  @Test
  void everyDifferenceIsNamedWithSamples() {
    is.getCollection("users").deleteOne(new Document("_id", 7));
    is.getCollection("users").insertOne(new Document("_id", "new"));
    is.getCollection("users")
        .replaceOne(new Document("_id", 9), new Document("_id", 9).append("b", 9).append("a", 9));
    is.getCollection("odd")
        .updateOne(new Document("_id", true), new Document("$set", new Document("v", 1)));
    is.getCollection("users").dropIndex("by_b");
    is.getCollection("users").createIndex(new Document("c", 1));
    is.runCommand(BsonDocument.parse("{collMod: 'empty', validator: {x: {$gt: 2}}}"));
    is.getCollection("more").insertOne(new Document("_id", 1));
    is.getCollection("_godwit_own").insertOne(new Document("_id", 1));

    assertThat(new DatabaseDifference(was, is, stop).find())
        .satisfiesExactlyInAnyOrder(
            it -> assertThat(it).isEqualTo("'more' was not there before"),
            it -> assertThat(it).contains("options of 'empty' were", "$gt\": 1", "$gt\": 2"),
            it -> assertThat(it).isEqualTo("index 'by_b' of 'users' is missing"),
            it -> assertThat(it).isEqualTo("index 'c_1' of 'users' was not there before"),
            it ->
                assertThat(it)
                    .as("the order of keys counts")
                    .isEqualTo("'users' has 1 documents that differ, for example _id 9"),
            it -> assertThat(it).isEqualTo("'users' has 1 documents less, for example _id 7"),
            it ->
                assertThat(it)
                    .isEqualTo(
                        "'users' has 1 documents that were not there before, for example _id \"new\""),
            it ->
                assertThat(it)
                    .as("the type of a number counts")
                    .isEqualTo("'odd' has 1 documents that differ, for example _id true"));
  }

  @Test
  void aCollectionThatIsGoneIsMissing() {
    is.getCollection("odd").drop();

    assertThat(new DatabaseDifference(was, is, stop).find()).containsExactly("'odd' is missing");
  }
}
