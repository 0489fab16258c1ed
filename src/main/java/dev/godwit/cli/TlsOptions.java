package dev.godwit.cli;

import dev.godwit.engine.connection.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Certificates and keys of a connection.
final class TlsOptions {

  @Option(
      names = "--tls-ca-file",
      paramLabel = "FILE",
      description = "Certificates of the authorities to trust, PEM; the JVM's if left out.")
  private Path caFile;

  @Option(
      names = "--tls-cert-file",
      paramLabel = "FILE",
      description = "The client's certificate, PEM; may hold its key, too.")
  private Path certFile;

  @Option(
      names = "--tls-key-file",
      paramLabel = "FILE",
      description = "The client's private key, PEM, not encrypted.")
  private Path keyFile;

  /// What the options say, and the folder where they say nothing.
  ///
  /// @param secretDir with `ca.crt`, `tls.crt`, `tls.key`, or some of them; null for none
  Tls read(Path secretDir) {
    return new Tls(
        either(caFile, secretDir, "ca.crt"),
        either(certFile, secretDir, "tls.crt"),
        either(keyFile, certFile == null ? secretDir : null, "tls.key"));
  }

  private static Path either(Path option, Path folder, String name) {
    if (option != null || folder == null) {
      return option;
    }
    Path file = folder.resolve(name);
    return Files.exists(file) ? file : null;
  }
}
