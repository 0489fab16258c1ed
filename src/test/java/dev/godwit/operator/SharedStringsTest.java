package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedStringsTest {

  private static final String CONFIG_MAP =
      """
      {"apiVersion": "v1", "kind": "ConfigMap",
       "metadata": {"name": "one", "namespace": "shop", "finalizers": ["example.com/held"],
                    "labels": {"app": "the-shop"}},
       "data": {"long": "%s", "number": "%d"}}""";

  private final KubernetesSerialization serialization = serialization();

  private static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    new SharedStrings().customize(mapper);
    return new KubernetesSerialization(mapper, true);
  }

  private ConfigMap read(int number) {
    return serialization.unmarshal(CONFIG_MAP.formatted("x".repeat(1000), number), ConfigMap.class);
  }

  @Test
  void equalStringsAreOne() {
    ObjectMeta one = read(1).getMetadata();
    ObjectMeta other = read(2).getMetadata();
    assertThat(other.getNamespace()).isEqualTo("shop").isSameAs(one.getNamespace());
    assertThat(other.getFinalizers()).isEqualTo(List.of("example.com/held"));
    assertThat(other.getFinalizers().getFirst()).isSameAs(one.getFinalizers().getFirst());
    assertThat(other.getLabels().get("app")).isSameAs(one.getLabels().get("app"));
  }

  @Test
  void longOnesAndOthersAreReadAsTheyAre() {
    for (int i = 0; i < 20_000; i++) {
      ConfigMap read = read(i);
      assertThat(read.getData())
          .containsEntry("number", String.valueOf(i))
          .containsEntry("long", "x".repeat(1000));
    }
  }

  @Test
  void numbersAndNullsAreReadAsBefore() {
    ConfigMap read =
        serialization.unmarshal(
            "{\"kind\": \"ConfigMap\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": null}, \"data\": {\"a\": 7}}",
            ConfigMap.class);
    assertThat(read.getMetadata().getName()).isNull();
    assertThat(read.getData()).containsEntry("a", "7");
  }
}
