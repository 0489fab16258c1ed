package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.testing.MongoServer;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreflightMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    users.insertMany(
        List.of(BsonDocument.parse("{_id: 1, n: 'none'}"), BsonDocument.parse("{_id: 2, n: '7'}")));
  }

  @Test
  void aDocumentThatTheFilterLeavesOutIsNoReasonToRefuse() {
    assertApplied(
        """
        version: "1"
        steps:
        - name: numbers
          update: {collection: users, filter: '{ n: /^[0-9]+$/ }', update: '[ { $set: { n: { $toInt: "$n" } } } ]'}
        """);
  }

  @Test
  void aDocumentThatAnEarlierStepMendsIsNoReasonToRefuse() {
    assertApplied(
        """
        version: "1"
        steps:
        - name: mend
          update: {collection: users, filter: '{ n: "none" }', update: '{ $set: { n: "0" } }'}
        - name: numbers
          update: {collection: users, update: '[ { $set: { n: { $toInt: "$n" } } } ]'}
        """);
  }

  @Test
  void aPipelineThatTheServerDoesNotTakeIsRefusedBeforeAnythingIsChanged() {
    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database,
                    Migrations.changelog(
                        """
                        version: "1"
                        steps: [{name: more, update: {collection: users, update: '{ $set: { seen: true } }'}}]
                        verify:
                          checks:
                          - {name: odd, aggregate: {collection: users, pipeline: '[ { $mach: { } } ]', expect: Empty}}
                        """)))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage())
                  .startsWith("spec.verify.checks[0].aggregate.pipeline");
            });
    assertThat(database.getCollection("users").countDocuments(BsonDocument.parse("{seen: true}")))
        .isZero();
  }

  private void assertApplied(String spec) {
    var result = Migrations.apply(database, Migrations.changelog(spec));

    assertThat(result.failure()).isNull();
    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    assertThat(database.getCollection("users").countDocuments(BsonDocument.parse("{_id: 2, n: 7}")))
        .isEqualTo(1);
  }
}
