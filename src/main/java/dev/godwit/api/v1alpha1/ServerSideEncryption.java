package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/// How a bucket's server encrypts what it stores.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.kmsKeyId) || self.type == 'KMS'",
    message = "kmsKeyId is for type KMS")
public record ServerSideEncryption(
    @JsonPropertyDescription("AES256 (a key of the server's own) or KMS (of its key management).")
        @Required
        EncryptionType type,
    @JsonPropertyDescription("Key of the key management; its default key if left out.")
        @Size(min = 1, max = 2048)
        @Pattern("^[A-Za-z0-9:/_.-]+$")
        String kmsKeyId) {}
