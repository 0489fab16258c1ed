package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.operator.resource.Marks;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSlotsTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<HasMetadata> resources = new ArrayList<>();
  private final List<ResourceID> told = new ArrayList<>();
  private final JobSlots slots = slots(2);

  private JobSlots slots(int most) {
    JobSlots made = new JobSlots(most, () -> now);
    made.count("MongoMigration", resources::stream, told::add);
    return made;
  }

  private static MongoMigration migration(String name, String phase, boolean suspended) {
    MongoMigration migration =
        Serialization.unmarshal(
            """
            ---
            {apiVersion: godwit.dev/v1alpha1, kind: MongoMigration,
             metadata: {name: %s, namespace: shop, uid: %s},
             spec: {version: "1", suspend: %b, target: {secretRef: {name: s}}, steps: []},
             status: {phase: %s}}"""
                .formatted(name, name, suspended, phase),
            MongoMigration.class);
    return migration;
  }

  private static MongoMigration pending(String name) {
    return migration(name, "Pending", false);
  }

  @Test
  void noMoreBeginThanMay() {
    assertThat(slots.admits(pending("a"), true)).isTrue();
    assertThat(slots.admits(pending("b"), true)).isTrue();
    assertThat(slots.admits(pending("c"), true)).as("two were let in").isFalse();
    assertThat(slots.admits(pending("a"), true)).as("it was let in").isTrue();
  }

  @Test
  void whoIsAtWorkGoesOn() {
    resources.addAll(
        List.of(
            migration("a", "Applying", false),
            migration("b", "Planning", false),
            migration("c", "RollingBack", false)));
    assertThat(slots.admits(resources.get(0), true)).isTrue();
    assertThat(slots.admits(pending("d"), true)).isFalse();
  }

  @Test
  void whoAskedFirstBeginsFirst() {
    resources.add(migration("a", "Applying", false));
    resources.add(migration("b", "Applying", false));
    assertThat(slots.admits(pending("c"), true)).isFalse();
    assertThat(slots.admits(pending("d"), true)).isFalse();
    resources.removeFirst();
    assertThat(slots.admits(pending("d"), true)).as("it is the other's turn").isFalse();
    assertThat(slots.admits(pending("c"), true)).isTrue();
    resources.removeFirst();
    assertThat(slots.admits(pending("d"), true)).isTrue();
  }

  @Test
  void whoWaitsIsToldWhenAPlaceIsFree() {
    resources.add(migration("a", "Applying", false));
    resources.add(migration("b", "Applying", false));
    assertThat(slots.admits(pending("c"), true)).isFalse();
    assertThat(slots.admits(pending("d"), true)).isFalse();
    assertThat(slots.admits(pending("x"), false)).isTrue();
    assertThat(told).isEmpty();
    resources.removeFirst();
    assertThat(slots.admits(pending("x"), false)).isTrue();
    assertThat(told).containsExactly(new ResourceID("c", "shop"));
  }

  @Test
  void whoNeedsNoPlaceAnyMoreIsNotTold() {
    resources.add(migration("a", "Applying", false));
    resources.add(migration("b", "Applying", false));
    assertThat(slots.admits(pending("c"), true)).isFalse();
    resources.clear();
    assertThat(slots.admits(pending("c"), false)).as("it waits for another reason").isTrue();
    assertThat(slots.admits(pending("x"), false)).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void aPlaceIsGivenBack() {
    assertThat(slots.admits(pending("a"), true)).isTrue();
    assertThat(slots.admits(pending("b"), true)).isTrue();
    slots.giveBack(pending("a"));
    assertThat(slots.admits(pending("c"), true)).isTrue();
  }

  @Test
  void whoWaitsForSomebodysHandTakesNoPlace() {
    JobSlots one = slots(1);
    MongoMigration stuck = migration("a", "Planning", false);
    resources.add(stuck);
    assertThat(one.admits(pending("b"), true)).isFalse();
    stuck.setStatus(
        Serialization.unmarshal(
            "---\n{phase: Planning, conditions: [{type: Reconciling, reason: SecretMissing}]}",
            MongoMigrationStatus.class));
    assertThat(one.admits(pending("b"), true)).isTrue();
  }

  @Test
  void whoAsksNoMoreIsNotWaitedFor() {
    resources.add(migration("a", "Applying", false));
    resources.add(migration("b", "Applying", false));
    assertThat(slots.admits(pending("gone"), true)).isFalse();
    resources.removeFirst();
    now = now.plusSeconds(41);
    assertThat(slots.admits(pending("d"), true)).isTrue();
  }

  @Test
  void whoWasLetInAndDidNotBeginLosesItsPlace() {
    assertThat(slots.admits(pending("a"), true)).isTrue();
    assertThat(slots.admits(pending("b"), true)).isTrue();
    now = now.plusSeconds(31);
    assertThat(slots.admits(pending("c"), true)).isTrue();
  }

  @Test
  void zeroIsNoBound() {
    JobSlots any = slots(0);
    for (int i = 0; i < 100; i++) {
      assertThat(any.admits(pending("m" + i), true)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, false, false",
    "Planning, false, true",
    "BackingUp, false, true",
    "Applying, false, true",
    "Applying, true, false",
    "Verifying, false, true",
    "RollingBack, false, true",
    "Succeeded, false, false",
    "RollbackFailed, false, false"
  })
  void aMigrationIsAtWorkFromItsPlanToItsEnd(String phase, boolean suspended, boolean atWork) {
    JobSlots one = slots(1);
    resources.add(migration("a", phase, suspended));
    assertThat(one.admits(pending("b"), true)).isEqualTo(!atWork);
  }

  @Test
  void aBackupOfAMigrationHasThePlaceOfTheMigration() {
    JobSlots one = slots(1);
    MongoBackup backup = Samples.backup("shop", "nightly");
    backup.getMetadata().setUid("u");
    backup.setStatus(Serialization.unmarshal("---\n{phase: Running}", MongoBackupStatus.class));
    resources.add(backup);
    assertThat(one.admits(pending("b"), true)).isFalse();
    backup.getMetadata().setLabels(Map.of(Marks.OWNER_KIND, "MongoMigration"));
    assertThat(one.admits(pending("b"), true)).isTrue();
  }
}
