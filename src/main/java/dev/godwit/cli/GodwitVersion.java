package dev.godwit.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// The version of the jar.
final class GodwitVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "godwit "
          + Optional.ofNullable(GodwitVersion.class.getPackage().getImplementationVersion())
              .orElse("development")
    };
  }
}
