package dev.godwit.testing;

import dev.godwit.engine.storage.Bucket;
import dev.godwit.engine.storage.Encryption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The S3 server of a test run: MinIO in one container for all classes. `GODWIT_LAB_MINIO_IMAGE`
/// names the image (the lab sets it). It can encrypt what it stores.
public final class ObjectStore {

  private static final String ID = "godwit-tests";
  private static final String SECRET = "not-a-secret";

  /// MinIO keeps one key by itself; it is 32 bytes in Base64.
  private static final String KMS_KEY_ID = "godwit-key";

  private static final String KMS_KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
  private static final int PORT = 9000;
  private static final GenericContainer<?> CONTAINER = start();
  private static final S3Client CLIENT = connect();

  private ObjectStore() {}

  /// Where it answers, as seen from this machine.
  public static URI endpoint() {
    return URI.create("http://%s:%d".formatted(CONTAINER.getHost(), CONTAINER.getMappedPort(PORT)));
  }

  /// Where it answers, as seen from a pod of the cluster.
  public static URI endpointFromPods() {
    return URI.create("http://%s:%d".formatted(PodView.address(CONTAINER), PORT));
  }

  /// The owner's keys, as a Secret holds them.
  public static Map<String, String> keys() {
    return Map.of("AWS_ACCESS_KEY_ID", ID, "AWS_SECRET_ACCESS_KEY", SECRET);
  }

  /// A client of the owner, for what a test wants to see or do behind the storage's back.
  public static S3Client client() {
    return CLIENT;
  }

  /// The identifier of a key that the server encrypts with.
  public static String kmsKeyId() {
    return KMS_KEY_ID;
  }

  /// A new bucket; objects go below `some/prefix`.
  public static Bucket newBucket() {
    return newBucket(endpoint(), Encryption.OF_BUCKET);
  }

  /// A new bucket.
  ///
  /// @param endpoint to reach it by, as a proxy's
  public static Bucket newBucket(URI endpoint, Encryption encryption) {
    String name = "b" + UUID.randomUUID();
    CLIENT.createBucket(request -> request.bucket(name));
    return new Bucket(name, "some/prefix", null, endpoint, null, credentials(), null, encryption);
  }

  /// The same bucket, reached another way.
  public static Bucket at(Bucket bucket, URI endpoint) {
    return new Bucket(
        bucket.name(),
        bucket.prefix(),
        bucket.region(),
        endpoint,
        bucket.pathStyle(),
        bucket.credentials(),
        bucket.caFile(),
        bucket.encryption());
  }

  /// A folder with the credentials, as a Secret is mounted.
  public static Path credentials() {
    try {
      Path folder = Files.createTempDirectory("godwit-s3");
      Files.writeString(folder.resolve("AWS_ACCESS_KEY_ID"), ID);
      Files.writeString(folder.resolve("AWS_SECRET_ACCESS_KEY"), SECRET + "\n");
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static S3Client connect() {
    return S3Client.builder()
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
        .build();
  }

  private static GenericContainer<?> start() {
    String image =
        System.getenv()
            .getOrDefault("GODWIT_LAB_MINIO_IMAGE", "minio/minio:RELEASE.2025-09-07T16-13-09Z");
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withCommand("server", "/data")
            .withEnv("MINIO_ROOT_USER", ID)
            .withEnv("MINIO_ROOT_PASSWORD", SECRET)
            .withEnv("MINIO_KMS_SECRET_KEY", KMS_KEY_ID + ":" + KMS_KEY)
            .withExposedPorts(PORT)
            .waitingFor(Wait.forHttp("/minio/health/ready").forPort(PORT))
            .withStartupTimeout(Duration.ofMinutes(2));
    container.start();
    return container;
  }
}
