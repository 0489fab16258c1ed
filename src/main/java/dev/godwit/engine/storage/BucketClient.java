package dev.godwit.engine.storage;

import dev.godwit.engine.connection.Tls;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Makes the client for a bucket. Other servers than AWS's know less: nothing is sent in
/// AWS's chunks, and checksums travel in headers, which a server may leave alone.
final class BucketClient {

  /// A server that throttles is waited for about a minute.
  private static final int ATTEMPTS = 8;

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private BucketClient() {}

  /// @param silence how long a server may say nothing, while it is to answer
  static S3Client of(Bucket bucket, Duration silence) {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(silence);
    if (bucket.caFile() != null) {
      Tls tls = new Tls(bucket.caFile(), null, null);
      http.tlsTrustManagersProvider(tls::trustManagers);
    }
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(http)
            .credentialsProvider(credentials(bucket))
            .region(region(bucket))
            .forcePathStyle(bucket.pathStyleOrDefault())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build())
                        .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_PREFIX, "godwit"));
    if (bucket.endpoint() == null) {
      builder.crossRegionAccessEnabled(true);
    } else {
      builder.endpointOverride(bucket.endpoint());
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(Bucket bucket) {
    return bucket.credentials() == null
        ? DefaultCredentialsProvider.builder().build()
        : new FolderCredentials(bucket.credentials());
  }

  private static Region region(Bucket bucket) {
    if (bucket.region() != null) {
      return Region.of(bucket.region());
    }
    if (bucket.endpoint() != null) {
      return Region.US_EAST_1;
    }
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException unknown) {
      // The first request goes there, and its answer names the bucket's region.
      return Region.US_EAST_1;
    }
  }
}
