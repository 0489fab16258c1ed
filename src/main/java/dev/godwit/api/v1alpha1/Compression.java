package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/// How an archive is compressed.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Compression(
    @JsonPropertyDescription("Gzip, Zstd or None.") @Default("Gzip") CompressionType type,
    @JsonPropertyDescription("1 (fast) to 9 (small).") @Default("1") @Min(1) @Max(9)
        Integer level) {

  public static final Compression DEFAULT = new Compression(null, null);

  public CompressionType typeOrDefault() {
    return type == null ? CompressionType.Gzip : type;
  }

  public int levelOrDefault() {
    return level == null ? 1 : level;
  }
}
