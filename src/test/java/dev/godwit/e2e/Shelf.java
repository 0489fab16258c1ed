package dev.godwit.e2e;

import dev.godwit.testing.Cluster;
import dev.godwit.testing.ObjectStore;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket of a [Story] for its backups, and the resources that use it.
final class Shelf {

  private static final String SECRET = "bucket";
  private static final Duration BEAT = Duration.ofMillis(200);

  private final KubernetesClient client = Cluster.admin();
  private final Story story;
  private final String bucket = ObjectStore.newBucket().name();

  /// Creates the bucket, and the Secret with its keys.
  Shelf(Story story) {
    this.story = story;
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(SECRET)
                .withNamespace(story.namespace())
                .endMetadata()
                .withStringData(ObjectStore.keys())
                .build())
        .create();
  }

  /// `storage` in flow style.
  String storage() {
    return "{s3: {bucket: %s, prefix: godwit, endpoint: \"%s\", credentialsSecretRef: {name: %s}}}"
        .formatted(bucket, ObjectStore.endpointFromPods(), SECRET);
  }

  /// `target` in flow style.
  String target() {
    return "{secretRef: {name: %s}, database: %s}"
        .formatted(Story.SECRET, story.database().getName());
  }

  /// Applies a resource of the story's namespace.
  ///
  /// @param spec in block style, not indented
  void apply(String kind, String name, String spec) {
    story.apply(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: %s
        metadata: {name: %s, namespace: %s}
        spec:
        """
                .formatted(kind, name, story.namespace())
            + spec.indent(2));
  }

  /// Keys of the bucket's objects.
  List<String> objects() {
    return ObjectStore.client().listObjectsV2(it -> it.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /// Turns a bit in the middle of an object.
  void damage(String key) {
    byte[] content =
        ObjectStore.client().getObjectAsBytes(it -> it.bucket(bucket).key(key)).asByteArray();
    content[content.length / 2] ^= 1;
    ObjectStore.client()
        .putObject(it -> it.bucket(bucket).key(key), RequestBody.fromBytes(content));
  }

  <R extends CustomResource<?, ?>> Optional<R> get(Class<R> kind, String name) {
    return Optional.ofNullable(
        client.resources(kind).inNamespace(story.namespace()).withName(name).get());
  }

  /// Waits for a resource that is as wanted.
  <R extends CustomResource<?, ?>> R await(
      Class<R> kind, String name, String what, Duration patience, Predicate<R> condition) {
    return Awaitility.await("%s %s: %s".formatted(kind.getSimpleName(), name, what))
        .atMost(patience)
        .pollInterval(BEAT)
        .pollDelay(Duration.ZERO)
        .until(
            () -> get(kind, name),
            it -> it.isPresent() && it.get().getStatus() != null && condition.test(it.get()))
        .orElseThrow();
  }
}
