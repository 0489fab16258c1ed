package dev.godwit.cli;

import dev.godwit.api.v1alpha1.GoDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/// Durations as manifests have them.
final class GoDurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    return GoDuration.parse(text);
  }
}
