package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/// How work on documents is cut: a range of `_id`s at a time, a checkpoint after each.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Batches(
    @JsonPropertyDescription(
            "Documents in a batch: 1 to 25000. If left out: 1000, or up to 5000 where an update reads only a few fields of"
                + " each, unless the operator's defaults say otherwise.")
        @Min(1)
        @Max(25_000)
        Integer size,
    @JsonPropertyDescription(
            "Pause after each batch, e.g. 100ms; none if left out, unless the operator's defaults say otherwise.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String pause,
    @JsonPropertyDescription(
            "Batches that are worked on at once: 1 to 16; 1 if left out, unless the operator's defaults say otherwise.")
        @Min(1)
        @Max(16)
        Integer parallelism) {

  public static final int DEFAULT_SIZE = 1_000;
  public static final Batches DEFAULT = new Batches(null, null, null);

  /// Documents in a batch, where an operation has no default of its own.
  public int sizeOrDefault() {
    return size == null ? DEFAULT_SIZE : size;
  }

  /// Batches at once.
  public int parallelismOrDefault() {
    return parallelism == null ? 1 : parallelism;
  }

  /// Pause after each batch.
  ///
  /// @throws IllegalArgumentException when `pause` is not a Go duration string
  public java.time.Duration pauseOrDefault() {
    return pause == null ? java.time.Duration.ZERO : GoDuration.parse(pause);
  }

  /// These settings where they are given, `fallback`'s elsewhere.
  public Batches orElse(Batches fallback) {
    return new Batches(
        size == null ? fallback.size : size,
        pause == null ? fallback.pause : pause,
        parallelism == null ? fallback.parallelism : parallelism);
  }
}
