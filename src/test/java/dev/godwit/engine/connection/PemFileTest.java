package dev.godwit.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.engine.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {

  private static final Path FOLDER = Path.of("src/test/resources/tls");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "client-ec.key, client-ec.crt, SHA256withECDSA",
    "client-ec.pkcs8.key, client-ec.crt, SHA256withECDSA",
    "client-ec384.key, client-ec384.crt, SHA256withECDSA",
    "client-ec384.pkcs8.key, client-ec384.crt, SHA256withECDSA",
    "client-rsa.key, client-rsa.crt, SHA256withRSA",
    "client-rsa.pkcs8.key, client-rsa.crt, SHA256withRSA",
    "client-ed.key, client-ed.crt, EdDSA",
    "client-ec.both.pem, client-ec.both.pem, SHA256withECDSA",
  })
  void whatTheKeySignsTheCertificateProves(String key, String certificate, String algorithm)
      throws GeneralSecurityException {
    PrivateKey secret = new PemFile(FOLDER.resolve(key)).privateKey();
    X509Certificate known = new PemFile(FOLDER.resolve(certificate)).certificates().getFirst();
    byte[] text = "godwit".getBytes(StandardCharsets.UTF_8);

    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    signing.update(text);
    Signature proof = Signature.getInstance(algorithm);
    proof.initVerify(known);
    proof.update(text);

    assertThat(proof.verify(signing.sign())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client-rsa.encrypted.key", "client-rsa.encrypted.pkcs1.key"})
  void anEncryptedKeyIsRefusedWithTheWayOut(String key) {
    PemFile file = new PemFile(FOLDER.resolve(key));

    assertThatThrownBy(file::privateKey)
        .isInstanceOf(RunException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("openssl pkey");
  }

  @Test
  void whatIsMissingOrBrokenIsNamedAndNotShown() throws IOException {
    assertThatThrownBy(() -> new PemFile(folder.resolve("none"))).hasMessageContaining("none");
    assertThatThrownBy(() -> new PemFile(FOLDER.resolve("ca.crt")).privateKey())
        .hasMessageContaining("no private key");
    assertThatThrownBy(() -> new PemFile(FOLDER.resolve("client-ec.key")).certificates())
        .hasMessageContaining("no certificate");
    String key = Files.readString(FOLDER.resolve("client-ec.key"));
    String secret = key.lines().skip(4).findFirst().orElseThrow();
    for (String broken :
        new String[] {
          key.replace(secret, secret.substring(0, 20)),
          key.replace(secret, "AAAA"),
          key.replace(secret, "!!")
        }) {
      PemFile file = new PemFile(Files.writeString(folder.resolve("broken.key"), broken));
      assertThatThrownBy(file::privateKey)
          .isInstanceOf(RunException.class)
          .hasMessageContaining("broken.key")
          .hasMessageContaining("openssl pkcs8")
          .message()
          .doesNotContain(secret.substring(0, 10));
    }
  }
}
