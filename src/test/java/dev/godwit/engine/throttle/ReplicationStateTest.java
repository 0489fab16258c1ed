package dev.godwit.engine.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/// The answers have the form of MongoDB's manual.
class ReplicationStateTest {

  private static final BsonDocument NOTHING = new BsonDocument();

  private static final BsonDocument HELLO =
      BsonDocument.parse(
          """
          {setName: "rs0", isWritablePrimary: true,
           hosts: ["db-0:27017", "db-1:27017", "db-2:27017", "db-4:27017"],
           passives: ["db-3:27017"],
           lastWrite: {lastWriteDate: ISODate("2026-01-01T00:01:00Z"),
                       majorityWriteDate: ISODate("2026-01-01T00:00:57Z")}}
          """);

  private static final BsonDocument STATUS =
      BsonDocument.parse(
          """
          {set: "rs0", members: [
            {name: "db-0:27017", health: 1.0, state: 1, stateStr: "PRIMARY",
             optimeDate: ISODate("2026-01-01T00:01:00Z")},
            {name: "db-1:27017", health: 1.0, state: 2, stateStr: "SECONDARY",
             optimeDate: ISODate("2026-01-01T00:00:59Z")},
            {name: "db-2:27017", health: 1.0, state: 2, stateStr: "SECONDARY",
             optimeDate: ISODate("2026-01-01T00:00:46Z")},
            {name: "db-3:27017", health: 1.0, state: 2, stateStr: "SECONDARY",
             optimeDate: ISODate("2025-12-31T23:00:00Z")},
            {name: "db-4:27017", health: 0.0, state: 8, stateStr: "(not reachable/healthy)",
             optimeDate: ISODate("1970-01-01T00:00:00Z")}]}
          """);

  @Test
  void theSlowestSecondaryThatCanBeElectedCounts() {
    assertThat(ReplicationState.read(HELLO, STATUS, NOTHING))
        .isEqualTo(new ReplicationState(Duration.ofSeconds(14), "secondary db-2:27017", false));
  }

  @Test
  void withoutTheRightToSeeTheMembersTheMajorityCounts() {
    assertThat(ReplicationState.read(HELLO, NOTHING, NOTHING))
        .isEqualTo(
            new ReplicationState(Duration.ofSeconds(3), "the majority of the replica set", false));
  }

  @Test
  void aServerThatSaysNothingIsNotBehind() {
    BsonDocument hello = BsonDocument.parse("{setName: 'rs0', hosts: ['db-0:27017']}");

    assertThat(ReplicationState.read(hello, NOTHING, NOTHING)).isEqualTo(ReplicationState.UNKNOWN);
  }

  @Test
  void flowControlIsRead() {
    BsonDocument server = BsonDocument.parse("{flowControl: {enabled: true, isLagged: true}}");

    assertThat(ReplicationState.read(HELLO, NOTHING, server).isFlowControlled()).isTrue();
  }

  @Test
  void aLagCountsOnceTwoReadingsShowIt() {
    ReplicationState late = new ReplicationState(Duration.ofSeconds(14), "secondary db-2", false);
    ReplicationState later = new ReplicationState(Duration.ofSeconds(20), "secondary db-1", true);

    assertThat(late.confirming(ReplicationState.UNKNOWN)).isEqualTo(ReplicationState.UNKNOWN);
    assertThat(ReplicationState.UNKNOWN.confirming(late)).isEqualTo(ReplicationState.UNKNOWN);
    assertThat(later.confirming(late))
        .isEqualTo(new ReplicationState(Duration.ofSeconds(14), "secondary db-2", true));
  }
}
