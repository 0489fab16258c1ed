package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.EncryptionType;
import dev.godwit.engine.connection.Tls;
import dev.godwit.testing.ObjectStore;
import dev.godwit.testing.TlsProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;

class BucketStorageIT extends StorageContract {

  private static final int MIB = 1 << 20;

  private Bucket bucket;
  private Storage storage;

  @BeforeEach
  void open() {
    bucket = ObjectStore.newBucket();
    storage = new BucketStorage(bucket);
  }

  @Override
  Storage storage() {
    return storage;
  }

  @Test
  void writesALargeObjectInPartsWithChecksums() throws IOException {
    byte[] bytes = random(20 * MIB + 17);
    try (PendingObject object = storage.create("large")) {
      for (int at = 0; at < bytes.length; at += 100_000) {
        object.write(bytes, at, Math.min(100_000, bytes.length - at));
      }
      assertThat(unfinished()).hasSize(1);
      assertThat(storage.exists("large")).isFalse();
      object.commit();
    }
    assertThat(unfinished()).isEmpty();
    assertThat(storage.size("large")).isEqualTo(bytes.length);
    try (InputStream in = storage.open("large", 0)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    try (InputStream in = storage.open("large", 8 * MIB - 5, 10)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 8 * MIB - 5, 8 * MIB + 5));
    }
    GetObjectAttributesResponse attributes =
        ObjectStore.client()
            .getObjectAttributes(
                request ->
                    request
                        .bucket(bucket.name())
                        .key("some/prefix/large")
                        .objectAttributes(
                            ObjectAttributes.CHECKSUM, ObjectAttributes.OBJECT_PARTS));
    assertThat(attributes.objectParts().totalPartsCount()).isEqualTo(3);
    assertThat(attributes.checksum().checksumCRC32C()).isNotNull();
  }

  @Test
  void leavesNoPartsOfAnObjectThatWasNotCommitted() throws IOException {
    try (PendingObject object = storage.create("large")) {
      object.write(random(9 * MIB));
      assertThat(unfinished()).hasSize(1);
    }
    assertThat(unfinished()).isEmpty();
    assertThat(storage.list("")).isEmpty();
  }

  @Test
  void clearsWhatACrashLeftWhenTheObjectIsWrittenAgainOrDeleted() throws IOException {
    PendingObject crashed = storage.create("large");
    crashed.write(random(9 * MIB));
    try (PendingObject other = storage.create("large.2")) {
      other.write(random(9 * MIB));
      write("large", "new");
      assertThat(unfinished())
          .extracting(MultipartUpload::key)
          .containsExactly("some/prefix/large.2");
      storage.delete("large.2");
      assertThat(unfinished()).isEmpty();
    }
    assertThatThrownBy(crashed::commit).isInstanceOf(IOException.class);
    crashed.close();
    assertThat(text("large", 0, Long.MAX_VALUE)).isEqualTo("new");
  }

  @Test
  void encryptsAsIsAskedFor() throws IOException {
    assertThat(head(Encryption.OF_BUCKET).serverSideEncryptionAsString()).isNull();
    assertThat(head(new Encryption(EncryptionType.AES256, null)).serverSideEncryptionAsString())
        .isEqualTo("AES256");
    HeadObjectResponse kms = head(new Encryption(EncryptionType.KMS, ObjectStore.kmsKeyId()));
    assertThat(kms.serverSideEncryptionAsString()).isEqualTo("aws:kms");
    assertThat(kms.ssekmsKeyId()).endsWith(ObjectStore.kmsKeyId());
  }

  /// Of an object in parts.
  private static HeadObjectResponse head(Encryption encryption) throws IOException {
    Bucket bucket = ObjectStore.newBucket(ObjectStore.endpoint(), encryption);
    Storage storage = new BucketStorage(bucket);
    byte[] bytes = random(9 * MIB);
    try (PendingObject object = storage.create("a")) {
      object.write(bytes);
      object.commit();
    }
    try (InputStream in = storage.open("a", 0)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    return ObjectStore.client()
        .headObject(request -> request.bucket(bucket.name()).key("some/prefix/a"));
  }

  @Test
  void worksWithoutAPrefix() throws IOException {
    storage =
        new BucketStorage(
            new Bucket(
                bucket.name(),
                "",
                "eu-central-1",
                bucket.endpoint(),
                true,
                bucket.credentials(),
                null,
                Encryption.OF_BUCKET));
    write("a/b", "x");
    assertThat(storage.list("")).containsExactly("a/b");
    assertThat(storage.describe())
        .isEqualTo("bucket s3://%s at %s".formatted(bucket.name(), bucket.endpoint()));
  }

  @Test
  void usesCredentialsThatWereChangedMeanwhile() throws IOException {
    Path id = bucket.credentials().resolve("AWS_ACCESS_KEY_ID");
    String right = Files.readString(id);
    Files.writeString(id, "nobody");
    assertThatThrownBy(() -> storage.create("a"))
        .isInstanceOf(StorageRefusedException.class)
        .hasMessageContaining("403")
        .hasMessageContaining("check the credentials");
    Files.delete(id);
    assertThatThrownBy(() -> storage.list(""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("have no 'AWS_ACCESS_KEY_ID'");
    Files.writeString(id, right);
    write("a", "x");
  }

  @Test
  void trustsTheAuthoritiesThatItIsGivenAndNoOthers() throws IOException {
    Path tls = Path.of("src/test/resources/tls");
    SSLContext context =
        new Tls(tls.resolve("ca.crt"), tls.resolve("server.crt"), tls.resolve("server.key"))
            .context();
    try (TlsProxy proxy = new TlsProxy(bucket.endpoint(), context, false)) {
      URI endpoint = URI.create("https://localhost:" + proxy.port());
      storage = new BucketStorage(trusting(endpoint, tls.resolve("ca.crt")));
      byte[] bytes = random(9 * MIB);
      try (PendingObject object = storage.create("a")) {
        object.write(bytes);
        object.commit();
      }
      try (InputStream in = storage.open("a", 0)) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
      Patience brief = new Patience(Duration.ofSeconds(1), MIB, 2, Duration.ofMillis(10));
      Storage other = new BucketStorage(trusting(endpoint, tls.resolve("other-ca.crt")), brief);
      assertThatThrownBy(() -> other.exists("a"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("PKIX path");
    }
  }

  private Bucket trusting(URI endpoint, Path caFile) {
    return new Bucket(
        bucket.name(),
        bucket.prefix(),
        null,
        endpoint,
        null,
        bucket.credentials(),
        caFile,
        Encryption.OF_BUCKET);
  }

  @Test
  void saysThatThereIsNoSuchBucket() {
    Storage nowhere =
        new BucketStorage(
            new Bucket(
                "no-such-bucket",
                "",
                null,
                bucket.endpoint(),
                null,
                bucket.credentials(),
                null,
                Encryption.OF_BUCKET));
    assertThatThrownBy(
            () -> {
              try (PendingObject object = nowhere.create("a")) {
                object.write(1);
                object.commit();
              }
            })
        .isInstanceOf(StorageRefusedException.class)
        .hasMessageContaining("create the bucket 'no-such-bucket'");
    assertThatThrownBy(() -> nowhere.list(""))
        .isInstanceOf(StorageRefusedException.class)
        .hasMessageContaining("no-such-bucket");
  }

  private List<MultipartUpload> unfinished() {
    // MinIO lists unfinished uploads by the whole key alone.
    return List.of("large", "large.2").stream()
        .flatMap(
            name ->
                ObjectStore.client()
                    .listMultipartUploads(
                        request -> request.bucket(bucket.name()).prefix("some/prefix/" + name))
                    .uploads()
                    .stream())
        .distinct()
        .toList();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
