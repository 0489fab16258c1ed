package dev.godwit.engine.storage;

import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Finds answers whose connection ended within their head: HTTP clients take the lines that came
/// for all of them, and an answer without its last lines for a success. Such a request is sent
/// again.
final class WholeAnswers implements ExecutionInterceptor {

  @Override
  public void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes executionAttributes) {
    boolean whole =
        switch (context.response()) {
          case CreateMultipartUploadResponse answer -> answer.uploadId() != null;
          case UploadPartResponse answer -> isTag(answer.eTag());
          case CompleteMultipartUploadResponse answer -> isTag(answer.eTag());
          case PutObjectResponse answer -> isTag(answer.eTag());
          case HeadObjectResponse answer -> isTag(answer.eTag()) && answer.contentLength() != null;
          case GetObjectResponse answer -> isTag(answer.eTag()) && answer.contentLength() != null;
          case ListObjectsV2Response answer -> answer.isTruncated() != null;
          case ListMultipartUploadsResponse answer -> answer.isTruncated() != null;
          default -> true;
        };
    if (!whole) {
      throw RetryableException.create("the server's answer ends in its head");
    }
  }

  private static boolean isTag(String etag) {
    return etag != null && etag.startsWith("\"") == (etag.endsWith("\"") && etag.length() > 1);
  }
}
