package dev.godwit.engine.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

/// Credentials in a folder as a Secret is mounted: the files `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY` and, if it is there, `AWS_SESSION_TOKEN`. They are read for each
/// request, so keys that are changed meanwhile are used.
final class FolderCredentials implements AwsCredentialsProvider {

  private final Path folder;

  FolderCredentials(Path folder) {
    this.folder = folder;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    String id = read("AWS_ACCESS_KEY_ID");
    String secret = read("AWS_SECRET_ACCESS_KEY");
    return Files.exists(folder.resolve("AWS_SESSION_TOKEN"))
        ? AwsSessionCredentials.create(id, secret, read("AWS_SESSION_TOKEN"))
        : AwsBasicCredentials.create(id, secret);
  }

  private String read(String key) {
    String value;
    try {
      value = Files.readString(folder.resolve(key), StandardCharsets.UTF_8).strip();
    } catch (IOException missing) {
      throw SdkClientException.create(
          "the credentials in '%s' have no '%s'".formatted(folder, key), missing);
    }
    if (value.isEmpty()) {
      throw SdkClientException.create(
          "'%s' of the credentials in '%s' is empty".formatted(key, folder));
    }
    return value;
  }
}
