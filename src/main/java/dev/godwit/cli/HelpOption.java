package dev.godwit.cli;

import picocli.CommandLine.Option;

/// `--help` without picocli's `--version`, which is another thing where migrations have versions.
final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and ends.")
  private boolean help;
}
