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
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Makes the client for a bucket. Other servers than AWS's know less: nothing is sent in
/// AWS's chunks, and checksums travel in headers, which a server may leave alone.
final class BucketClient {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private BucketClient() {}

  static S3Client of(Bucket bucket, Patience patience) {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECT)
            .socketTimeout(patience.silence());
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
                        .retryStrategy(retries(patience))
                        .addExecutionInterceptor(new WholeAnswers())
                        .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_PREFIX, "godwit"));
    if (bucket.endpoint() == null) {
      builder.crossRegionAccessEnabled(true);
    } else {
      builder.endpointOverride(bucket.endpoint());
    }
    return builder.build();
  }

  private static RetryStrategy retries(Patience patience) {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(patience.attempts())
        .retryOnException(BucketClient::isBrokenOff)
        .backoffStrategy(pauses(Duration.ofMillis(100), patience))
        .throttlingBackoffStrategy(pauses(Duration.ofSeconds(1), patience))
        .build();
  }

  /// 408 and MinIO's 499 say that the request did not arrive whole.
  private static boolean isBrokenOff(Throwable failed) {
    return failed instanceof S3Exception answer
        && (answer.statusCode() == 408 || answer.statusCode() == 499);
  }

  private static BackoffStrategy pauses(Duration first, Patience patience) {
    Duration longest = patience.longestPause();
    return BackoffStrategy.exponentialDelay(
        first.compareTo(longest) < 0 ? first : longest, longest);
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
