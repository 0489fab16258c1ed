package dev.godwit.engine.connection;

import dev.godwit.engine.RunException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and private keys in a file of the form of RFC 7468. Keys: PKCS#8 of RSA, EC, EdDSA;
/// PKCS#1 (`RSA PRIVATE KEY`); SEC 1 (`EC PRIVATE KEY`, RFC 5915). No message repeats what is in
/// the file.
final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private record Block(String label, String body) {
    byte[] bytes() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  private final Path file;
  private final List<Block> blocks = new ArrayList<>();

  /// @throws RunException with verdict `Refused` when the file cannot be read
  PemFile(Path file) {
    this.file = file;
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException unreadable) {
      throw refused("cannot be read as PEM; check the path and who may read it");
    }
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
  }

  /// All certificates, in their order.
  ///
  /// @throws RunException with verdict `Refused` when there is none, or one cannot be read
  List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        if (block.label().equals("CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
        }
      }
    } catch (CertificateException | IllegalArgumentException wrong) {
      throw refused("holds a certificate that cannot be read; make the file anew");
    }
    if (certificates.isEmpty()) {
      throw refused("holds no certificate: a block that begins with BEGIN CERTIFICATE is needed");
    }
    return certificates;
  }

  /// The private key.
  ///
  /// @throws RunException with verdict `Refused` when there is none, it is encrypted, or of a form
  ///     that is not known
  PrivateKey privateKey() {
    for (Block block : blocks) {
      if (block.label().endsWith("PRIVATE KEY")) {
        if (block.label().startsWith("ENCRYPTED") || block.body().contains("ENCRYPTED")) {
          throw refused(
              "holds an encrypted key; decrypt it with: openssl pkey -in FILE -out NEW_FILE");
        }
        try {
          return privateKey(block);
        } catch (GeneralSecurityException | IllegalArgumentException unknown) {
          throw refused(
              "holds a key that cannot be read; convert it with: openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW_FILE");
        }
      }
    }
    throw refused("holds no private key: a block that begins with BEGIN PRIVATE KEY is needed");
  }

  private static PrivateKey privateKey(Block block) throws GeneralSecurityException {
    byte[] pkcs8 =
        switch (block.label()) {
          case "RSA PRIVATE KEY" -> Pkcs8.ofPkcs1(block.bytes());
          case "EC PRIVATE KEY" -> Pkcs8.ofSec1(block.bytes());
          default -> block.bytes();
        };
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException other) {
        // The key is of another algorithm: the next one is tried.
      }
    }
    throw new InvalidKeySpecException("neither of " + ALGORITHMS);
  }

  private RunException refused(String what) {
    return RunException.refused("InvalidTlsFile", null, "'%s' %s".formatted(file, what));
  }
}
