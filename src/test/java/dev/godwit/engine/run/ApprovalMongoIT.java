package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApprovalMongoIT {

  private static final Changelog CHANGELOG =
      Migrations.changelog(
          "{version: '001', steps: [{name: a, update: {collection: users, filter: '{}',"
              + " update: '{$set: {a: 1}}'}}]}");

  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
    database.getCollection("users").insertOne(new Document("_id", 1));
  }

  private String planHash() {
    return new PlanRun(database, CHANGELOG).run().plan().planHash();
  }

  private RunResult apply(String approved) {
    return new ApplyRun(Migrations.environment(database), CHANGELOG).approvedAs(approved).run();
  }

  @Test
  void documentsMayComeAfterTheApproval() {
    String approved = planHash();
    database.getCollection("users").insertOne(new Document("_id", 2));

    assertThat(apply(approved).verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void anIndexThatCameAfterTheApprovalNeedsAnother() {
    String approved = planHash();
    database.getCollection("users").createIndex(new Document("b", 1));

    assertThatThrownBy(() -> apply(approved))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("changed since the plan was approved");
    assertThat(database.getCollection("users").find().first()).doesNotContainKey("a");
    assertThat(apply(planHash()).verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void aRunThatHasBegunGoesOnWhateverItChangedItself() {
    String approved = planHash();
    apply(approved);
    database.getCollection("users").createIndex(new Document("b", 1));

    assertThat(apply(approved).verdict()).isEqualTo(Verdict.Applied);
  }
}
