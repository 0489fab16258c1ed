package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATUS =
      """
      {"observedGeneration":1,"phase":"%s","message":"one","progress":{"done":"10%%"},
       "conditions":[{"type":"Ready","status":"Unknown","reason":"Applying","message":"one",
        "lastTransitionTime":"2026-01-01T00:00:00Z","observedGeneration":1}]}""";

  @ParameterizedTest
  @CsvSource({
    "/message, two, Progress",
    "/progress/done, 20%, Progress",
    "/conditions/0/message, two, Progress",
    "/conditions/0/reason, SecretMissing, News",
    "/conditions/0/status, True, News",
    "/phase, Verifying, News",
    "/backup, some, News",
    "/message, one, None",
  })
  void ofAMigration(String field, String value, Change change) throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(STATUS.formatted("Applying"));
    MongoMigrationStatus before = JSON.treeToValue(json, MongoMigrationStatus.class);
    MongoMigrationStatus after = JSON.treeToValue(with(json, field, value), before.getClass());
    assertThat(Change.of(before, after)).isEqualTo(change);
  }

  @ParameterizedTest
  @CsvSource({
    "/phase, Running, Progress",
    "/startTime, 2026-01-01T00:00:00Z, Progress",
    "/phase, Succeeded, News",
    "/job, some, News",
    "/conditions/0/reason, VolumeMissing, News",
  })
  void ofABackup(String field, String value, Change change) throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(STATUS.formatted("Pending"));
    MongoBackupStatus before = JSON.treeToValue(json, MongoBackupStatus.class);
    MongoBackupStatus after = JSON.treeToValue(with(json, field, value), before.getClass());
    assertThat(Change.of(before, after)).isEqualTo(change);
  }

  @Test
  void thatAWorkloadIsScaledDownIsNews() throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(STATUS.formatted("Planning"));
    MongoMigrationStatus before = JSON.treeToValue(json, MongoMigrationStatus.class);
    json.putArray("quiesced").addObject().put("name", "shop").put("replicas", 3);
    assertThat(Change.of(before, JSON.treeToValue(json, before.getClass()))).isEqualTo(Change.News);
  }

  @Test
  void thatABackupsPodStartsAfterItsJobIsNoNews() throws Exception {
    ObjectNode json =
        (ObjectNode) JSON.readTree(STATUS.formatted("Pending").replace("Applying", "Starting"));
    MongoBackupStatus before = JSON.treeToValue(json, MongoBackupStatus.class);
    ObjectNode later = with(json, "/conditions/0/reason", Reasons.BACKING_UP);
    assertThat(Change.of(before, JSON.treeToValue(later, before.getClass())))
        .isEqualTo(Change.Progress);
  }

  private static ObjectNode with(ObjectNode json, String field, String value) {
    ObjectNode copy = json.deepCopy();
    int last = field.lastIndexOf('/');
    ((ObjectNode) (last == 0 ? copy : copy.at(field.substring(0, last))))
        .put(field.substring(last + 1), value);
    return copy;
  }
}
