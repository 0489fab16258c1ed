package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Duration;

/// How long the checks go on after they held for the first time.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Soak(
    @JsonPropertyDescription("How long, e.g. 5m.")
        @Required
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String duration,
    @JsonPropertyDescription("How often the checks run meanwhile.")
        @Default(Soak.DEFAULT_INTERVAL)
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String interval) {

  static final String DEFAULT_INTERVAL = "30s";

  /// @throws IllegalArgumentException when it is not a Go duration string
  public Duration length() {
    return GoDuration.parse(duration);
  }

  /// 30 s unless said otherwise.
  ///
  /// @throws IllegalArgumentException when it is not a Go duration string
  public Duration intervalOrDefault() {
    return GoDuration.parse(interval == null ? DEFAULT_INTERVAL : interval);
  }
}
