package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.testing.HttpFaultProxy;
import dev.godwit.testing.HttpFaultProxy.Answer;
import dev.godwit.testing.HttpFaultProxy.CutAnswer;
import dev.godwit.testing.HttpFaultProxy.CutRequest;
import dev.godwit.testing.HttpFaultProxy.Fault;
import dev.godwit.testing.HttpFaultProxy.LoseAnswer;
import dev.godwit.testing.HttpFaultProxy.Silence;
import dev.godwit.testing.HttpFaultProxy.Slow;
import dev.godwit.testing.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever goes wrong between here and the server: an object is there, whole, or the write failed
/// and nothing is there.
class BucketFaultsIT {

  private static final int MIB = 1 << 20;
  private static final String BEGIN = "POST .*\\?uploads";
  private static final String PART = "PUT .*partNumber=2";
  private static final String COMPLETE = "POST .*uploadId=";
  private static final String ABORT = "DELETE .*uploadId=";
  private static final String ANY = "";
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(1), 8 * MIB, 4, Duration.ofMillis(20));

  private HttpFaultProxy proxy;
  private Bucket bucket;
  private Storage storage;
  private Storage direct;

  @BeforeEach
  void open() throws IOException {
    proxy = new HttpFaultProxy(ObjectStore.endpoint());
    bucket = ObjectStore.newBucket(proxy.uri(), Encryption.OF_BUCKET);
    storage = new BucketStorage(bucket, SHORT);
    direct = new BucketStorage(ObjectStore.at(bucket, ObjectStore.endpoint()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  static Stream<Arguments> passingFaults() {
    return Stream.of(BEGIN, PART, COMPLETE)
        .flatMap(
            request ->
                Stream.of(
                        new Answer(503, "SlowDown"),
                        new Answer(500, "InternalError"),
                        new CutRequest(0),
                        new CutRequest(request.equals(PART) ? 3 * MIB : 20),
                        new CutAnswer(0),
                        new CutAnswer(30),
                        new LoseAnswer(),
                        new Silence())
                    .map(fault -> Arguments.of(request, fault)));
  }

  @ParameterizedTest
  @MethodSource("passingFaults")
  void writesTheWholeObjectInSpiteOfAFaultThatPasses(String request, Fault fault)
      throws IOException {
    byte[] bytes = random(20 * MIB);
    proxy.fail(request, 1, 2, fault);

    write(bytes);

    assertThat(proxy.requests(request)).isGreaterThan(1);
    assertThat(read(direct)).isEqualTo(bytes);
    assertThat(unfinished()).isZero();
  }

  static Stream<Arguments> lastingFaults() {
    return Stream.of(BEGIN, PART, COMPLETE)
        .flatMap(
            request ->
                Stream.of(
                        new Answer(403, "AccessDenied"),
                        new Answer(503, "SlowDown"),
                        new CutRequest(request.equals(PART) ? 3 * MIB : 20),
                        new Silence())
                    .map(fault -> Arguments.of(request, fault)));
  }

  @ParameterizedTest
  @MethodSource("lastingFaults")
  void failsAndLeavesTheOldObjectAlone(String request, Fault fault) throws IOException {
    try (PendingObject object = direct.create("a")) {
      object.write(1);
      object.commit();
    }
    proxy.failAll(request, fault);

    assertThatThrownBy(() -> write(random(20 * MIB)))
        .isInstanceOf(
            fault instanceof Answer(int status, String code) && status == 403
                ? StorageRefusedException.class
                : IOException.class)
        .hasMessageContaining("'a'");

    assertThat(read(direct)).containsExactly(1);
    assertThat(unfinished()).isZero();
  }

  static final Iterable<Fault> LOST_ANSWERS =
      java.util.List.of(new LoseAnswer(), new CutAnswer(0), new CutAnswer(30));

  /// The server has the object, but never says so.
  @ParameterizedTest
  @FieldSource("LOST_ANSWERS")
  void knowsAnObjectThatWasWrittenThoughEveryAnswerIsLost(Fault fault) throws IOException {
    byte[] large = random(20 * MIB);
    proxy.failAll(COMPLETE, fault);
    proxy.failAll("PUT .*/a$", fault);

    write(large);
    assertThat(read(direct)).isEqualTo(large);

    byte[] small = random(1000);
    write(small);
    assertThat(read(direct)).isEqualTo(small);
  }

  /// Somebody else's object of the same size is not taken for one's own.
  @Test
  void doesNotTakeAnotherObjectForItsOwn() throws IOException {
    byte[] bytes = random(9 * MIB);
    write(bytes);
    proxy.failAll(COMPLETE, new Answer(404, "NoSuchUpload"));
    assertThatThrownBy(() -> write(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NoSuchUpload");
    assertThat(unfinished()).isZero();
  }

  @Test
  void saysThatPartsWereLeftWhenTheyCannotBeDiscarded() throws IOException {
    proxy.failAll(PART, new Answer(403, "AccessDenied"));
    proxy.failAll(ABORT, new Answer(503, "SlowDown"));
    assertThatThrownBy(() -> write(random(20 * MIB)))
        .isInstanceOf(StorageRefusedException.class)
        .satisfies(
            failed ->
                assertThat(failed.getSuppressed())
                    .anySatisfy(
                        left -> assertThat(left).hasMessageContaining("could not discard")));
    assertThat(unfinished()).isEqualTo(1);
    proxy.heal();
    write(new byte[] {1});
    assertThat(unfinished()).isZero();
  }

  @Test
  void holdsNoMoreInMemoryWhenTheServerIsSlow() throws IOException {
    byte[] bytes = random(10 * MIB);
    proxy.failAll("PUT", new Slow(16 * MIB));
    try (PendingObject object = storage.create("a")) {
      for (int i = 0; i < 8; i++) {
        object.write(bytes);
        assertThat(((BucketUpload) object).bufferedBytes())
            .isLessThanOrEqualTo(BucketUpload.IN_FLIGHT_BYTES + PartSizes.SMALLEST);
      }
      object.commit();
    }
    assertThat(direct.size("a")).isEqualTo(80L * MIB);
  }

  @Test
  void saysThatTheStorageIsFull() {
    proxy.failAll("PUT", new Answer(507, "XMinioStorageFull"));
    assertThatThrownBy(() -> write(random(10)))
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining("507");
  }

  static final Iterable<Fault> READING_FAULTS =
      java.util.List.of(
          new Answer(503, "SlowDown"),
          new CutAnswer(0),
          new CutAnswer(30),
          new CutAnswer(5 * MIB),
          new LoseAnswer(),
          new Silence());

  @ParameterizedTest
  @FieldSource("READING_FAULTS")
  void readsOnWhereTheConnectionBroke(Fault fault) throws IOException {
    byte[] bytes = random(20 * MIB);
    write(bytes);
    proxy.fail("GET .*/a", 1, 2, fault);
    assertThat(read(storage)).isEqualTo(bytes);
    assertThat(proxy.requests("GET .*/a")).isGreaterThan(1);
  }

  @Test
  void doesNotMixTwoVersionsOfAnObject() throws IOException {
    write(random(20 * MIB));
    proxy.fail("GET .*/a", 1, 1, new CutAnswer(5 * MIB));
    try (InputStream in = storage.open("a", 0)) {
      assertThat(in.readNBytes(MIB)).hasSize(MIB);
      write(random(21 * MIB));
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("412");
    }
  }

  @Test
  void failsWhenReadingIsForbiddenOrNeverSucceeds() throws IOException {
    write(random(20 * MIB));
    proxy.failAll("GET .*/a", new Answer(403, "AccessDenied"));
    assertThatThrownBy(() -> storage.open("a", 0)).isInstanceOf(StorageRefusedException.class);
    proxy.heal();
    proxy.failAll("GET .*/a", new CutAnswer(0));
    assertThatThrownBy(() -> storage.open("a", 0)).isInstanceOf(IOException.class);
  }

  @Test
  void waitsForAServerThatThrottlesEveryRequestNowAndThen() throws IOException {
    byte[] bytes = random(60 * MIB);
    for (int i = 0; i < 20; i++) {
      proxy.fail(ANY, 3 * i + 1, 1, new Answer(503, "SlowDown"));
    }
    write(bytes);
    assertThat(read(storage)).isEqualTo(bytes);
  }

  private void write(byte[] bytes) throws IOException {
    try (PendingObject object = storage.create("a")) {
      object.write(bytes);
      object.commit();
    }
  }

  private static byte[] read(Storage storage) throws IOException {
    try (InputStream in = storage.open("a", 0)) {
      return in.readAllBytes();
    }
  }

  private int unfinished() {
    return ObjectStore.client()
        .listMultipartUploads(request -> request.bucket(bucket.name()).prefix("some/prefix/a"))
        .uploads()
        .size();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
