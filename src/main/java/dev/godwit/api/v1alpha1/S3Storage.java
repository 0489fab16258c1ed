package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// A bucket of Amazon S3, or of a server that speaks its protocol.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record S3Storage(
    @JsonPropertyDescription("Name of the bucket; it must exist.")
        @Required
        @Size(min = 3, max = 63)
        @Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
        String bucket,
    @JsonPropertyDescription("Folder in the bucket; its root if left out.")
        @Size(min = 1, max = 512)
        @Pattern("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
        String prefix,
    @JsonPropertyDescription("Region of the bucket; found out if left out.")
        @Size(min = 1, max = 64)
        @Pattern("^[a-z0-9-]+$")
        String region,
    @JsonPropertyDescription("URL of the server, if it is not Amazon's.")
        @Size(min = 8, max = 512)
        @Pattern("^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/?$")
        String endpoint,
    @JsonPropertyDescription(
            "Whether the bucket is in the path of a URL, not in its host. Left out: with an endpoint.")
        Boolean forcePathStyle,
    @JsonPropertyDescription(
            "Secret with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if there is one,"
                + " AWS_SESSION_TOKEN; the identity of the Job's pod if left out.")
        SecretRef credentialsSecretRef,
    @JsonPropertyDescription(
            "Secret with ca.crt: the authorities that vouch for the server; Java's own if left out.")
        SecretRef caSecretRef,
    @JsonPropertyDescription("How the server encrypts; as the bucket is set up if left out.")
        ServerSideEncryption serverSideEncryption) {}
