package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.QuiescedWorkload;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.core.Scaling;
import dev.godwit.core.Workload;
import dev.godwit.operator.resource.QuiesceMark;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuiesceMarkTest {

  private static final QuiescedWorkload API =
      new QuiescedWorkload(WorkloadKind.Deployment, "shop-api");

  private static HasMetadata migration() {
    HasMetadata migration = Samples.migration("shop", "shop-004", "004");
    migration.getMetadata().setUid("1-2-3");
    return migration;
  }

  /// With a version the API server refuses the patch when somebody scaled in between, so that no
  /// count is remembered that is not true any more.
  @Test
  void scalesAndRemembersInOneRequestAboutWhatWasSeen() {
    assertThat(QuiesceMark.patch(new Scaling(API, "77", 0, 3), migration()))
        .isEqualTo(
            "{\"metadata\":{\"resourceVersion\":\"77\",\"annotations\":{"
                + "\"godwit.dev/quiesced-uid\":\"1-2-3\",\"godwit.dev/quiesced-by\":\"shop-004\","
                + "\"godwit.dev/quiesced-replicas\":\"3\"}},\"spec\":{\"replicas\":0}}");
  }

  @Test
  void givesBackAndForgetsInOneRequest() {
    assertThat(QuiesceMark.patch(new Scaling(API, "78", 3, null), migration()))
        .isEqualTo(
            "{\"metadata\":{\"resourceVersion\":\"78\",\"annotations\":{"
                + "\"godwit.dev/quiesced-uid\":null,\"godwit.dev/quiesced-by\":null,"
                + "\"godwit.dev/quiesced-replicas\":null}},\"spec\":{\"replicas\":3}}");
  }

  @Test
  void leavesACountOfSomebodyElseAlone() {
    assertThat(QuiesceMark.patch(new Scaling(API, "78", null, null), migration()))
        .doesNotContain("spec");
  }

  @Test
  void readsWhatItWrote() {
    assertThat(
            QuiesceMark.on(
                annotated(
                    Map.of(
                        QuiesceMark.UID, "1-2-3",
                        QuiesceMark.BY, "shop-004",
                        QuiesceMark.REPLICAS, "3"))))
        .isEqualTo(new Workload.Mark("1-2-3", "shop-004", 3));
  }

  @Test
  void aMarkThatSaysNothingIsNone() {
    assertThat(QuiesceMark.on(annotated(null))).isNull();
    assertThat(QuiesceMark.on(annotated(Map.of("a", "b")))).isNull();
    assertThat(QuiesceMark.on(annotated(Map.of(QuiesceMark.UID, "1")))).isNull();
    assertThat(
            QuiesceMark.on(annotated(Map.of(QuiesceMark.UID, "1", QuiesceMark.REPLICAS, "some"))))
        .isNull();
  }

  private static HasMetadata annotated(Map<String, String> annotations) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }
}
