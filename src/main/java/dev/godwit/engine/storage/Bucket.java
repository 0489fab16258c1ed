package dev.godwit.engine.storage;

import java.net.URI;
import java.nio.file.Path;

/// Where a bucket is and how to get in.
///
/// @param name of the bucket
/// @param prefix of the names of all objects, without a `/` at its ends; empty for none
/// @param region null: the environment's, else the one that the server names
/// @param endpoint of a server that is not AWS; null for AWS
/// @param pathStyle whether the bucket is in the path of an address and not in its host; null: with
///     an endpoint of one's own, as such servers seldom have a host name for each bucket
/// @param credentials a folder with the files of [FolderCredentials]; null: the environment's, or
///     the identity of the pod
/// @param caFile certificates of the authorities to trust; null for those of the JVM
/// @param encryption of what is stored
public record Bucket(
    String name,
    String prefix,
    String region,
    URI endpoint,
    Boolean pathStyle,
    Path credentials,
    Path caFile,
    Encryption encryption) {

  public Bucket {
    if (!prefix.isEmpty() && !ObjectName.isValid(prefix)) {
      throw new IllegalArgumentException("'%s' is no prefix of names".formatted(prefix));
    }
  }

  boolean pathStyleOrDefault() {
    return pathStyle == null ? endpoint != null : pathStyle;
  }

  /// The key of an object.
  String key(String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String describe() {
    return "bucket s3://%s%s"
        .formatted(
            prefix.isEmpty() ? name : name + "/" + prefix,
            endpoint == null ? "" : " at " + endpoint);
  }
}
