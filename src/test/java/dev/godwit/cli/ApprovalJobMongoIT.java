package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the Jobs of a migration run that somebody has to approve, or that is only recorded.
class ApprovalJobMongoIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final MongoDatabase database = MongoServer.newDatabase();

  @BeforeEach
  void fill() throws IOException {
    database.getCollection("users").insertOne(new Document("_id", 1).append("email", "A"));
    Files.writeString(folder.resolve("uri"), MongoServer.uri());
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void thePlanForApprovalIsThatOfGodwitPlan() throws IOException {
    RunResult plan = run("plan", manifest("{required: true}", 1));

    assertThat(plan.verdict()).isEqualTo(Verdict.Planned);
    assertThat(plan.plan().planHash()).startsWith("sha256:");
    assertThat(plan.plan().text())
        .contains("Database " + database.getName(), "STEP", "OPERATION", "step-0", "backup of");
    assertThat(run("plan", manifest("{required: false}", 1)).plan().text()).isNull();
  }

  @Test
  void aLongPlanIsShortenedByWholeLinesAndKeepsItsHash() throws IOException {
    RunResult plan = run("plan", manifest("{required: true}", 64));

    assertThat(plan.plan().planHash()).startsWith("sha256:");
    assertThat(plan.plan().text()).hasSizeLessThan(2_001).endsWith("godwit plan shows all");
    assertThat(Files.size(folder.resolve("log")))
        .isLessThanOrEqualTo(JobContract.TERMINATION_MESSAGE_LIMIT);
  }

  @Test
  void appliesTheApprovedPlanOnly() throws IOException {
    String hash = run("plan", manifest("{required: true}", 1)).plan().planHash();
    for (String none : List.of("{required: true, planHash: 'sha256:ab'}", "{required: true}")) {
      RunResult other = run("apply", manifest(none, 1));
      assertThat(other.verdict()).isEqualTo(Verdict.Refused);
      assertThat(other.failure().reason()).isEqualTo("PlanChanged");
    }

    RunResult apply = run("apply", manifest("{required: true, planHash: '%s'}".formatted(hash), 1));
    assertThat(apply.verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void baselineRecordsAndRunsNothing() throws IOException {
    assertThat(run("baseline", manifest("{required: false}", 1)).verdict())
        .isEqualTo(Verdict.Recorded);
    assertThat(database.getCollection("users").find().first()).doesNotContainKey("n0");
  }

  private String manifest(String approval, int steps) {
    return """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: a, namespace: shop, uid: m}
        spec:
          version: "1"
          target: {secretRef: {name: x}, database: %s}
          approval: %s
          steps:
        %s
        """
        .formatted(
            database.getName(),
            approval,
            IntStream.range(0, steps)
                .mapToObj(
                    "  - {name: step-%1$s, update: {collection: users, filter: '{}', update: '{$set: {n%1$s: 1}}'}}"
                        ::formatted)
                .collect(Collectors.joining("\n")));
  }

  private RunResult run(String command, String manifest) throws IOException {
    Path file = folder.resolve("manifest.yaml");
    Files.writeString(file, manifest);
    Path log = folder.resolve("log");
    Files.writeString(log, "");
    Cli.run(
        "job",
        command,
        "--manifest",
        file.toString(),
        "--uri-file",
        folder.resolve("uri").toString(),
        "--termination-log",
        log.toString());
    return JSON.readValue(Files.readString(log), RunResult.class);
  }
}
