package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPartsTest {

  private static final String STATUS =
      """
      {"apiVersion": "godwit.dev/v1alpha1", "kind": "MongoMigration",
       "metadata": {"name": "shop-001", "resourceVersion": "%s"},
       "status": {"phase": "%s", "message": "m"}}""";

  private final KubernetesSerialization serialization = serialization();

  private static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    new SharedParts().customize(mapper);
    return new KubernetesSerialization(mapper, true);
  }

  @Test
  void whatTwoCachesReadIsInMemoryOnce() {
    String json = serialization.asJson(Samples.migration("shop", "shop-001", "1"));
    MongoMigration one = serialization.unmarshal(json, MongoMigration.class);
    MongoMigration two = serialization.unmarshal(json, MongoMigration.class);
    assertThat(two).isNotSameAs(one);
    assertThat(two.getSpec()).isSameAs(one.getSpec());
    String backup = serialization.asJson(Samples.backup("shop", "by-hand"));
    assertThat(serialization.unmarshal(backup, MongoBackup.class).getSpec())
        .isSameAs(serialization.unmarshal(backup, MongoBackup.class).getSpec());
  }

  @Test
  void whatDiffersIsNotShared() {
    List<MigrationPhase> phases = List.of(MigrationPhase.Applying, MigrationPhase.Succeeded);
    assertThat(phases)
        .allSatisfy(
            phase ->
                assertThat(
                        serialization
                            .unmarshal(STATUS.formatted("7", phase), MongoMigration.class)
                            .getStatus()
                            .phase())
                    .isEqualTo(phase));
  }

  @ParameterizedTest
  @ValueSource(strings = {"512MB", "lots", "1e300000000"})
  void aQuantityThatNobodyUnderstandsIsRead(String quantity) {
    String json =
        """
        {"apiVersion": "godwit.dev/v1alpha1", "kind": "MongoMigration", "metadata": {"name": "m"},
         "spec": {"version": "1", "job": {"resources": {"limits": {"memory": "%s"}}}}}"""
            .formatted(quantity);
    assertThat(serialization.unmarshal(json, MongoMigration.class).getSpec().version())
        .isEqualTo("1");
  }

  @Test
  void nothingIsLost() {
    MongoMigration sample = Samples.migration("shop", "shop-001", "1");
    String json = serialization.asJson(sample);
    assertThat(serialization.unmarshal(json, MongoMigration.class).getSpec())
        .isEqualTo(sample.getSpec());
  }

  @Test
  void anUnknownFieldDoesNotHinderReading() {
    String json =
        STATUS
            .formatted("8", "Applying")
            .replace("\"message\"", "\"ofALaterVersion\": 1, \"message\"");
    assertThat(serialization.unmarshal(json, MongoMigration.class).getStatus().message())
        .isEqualTo("m");
  }
}
