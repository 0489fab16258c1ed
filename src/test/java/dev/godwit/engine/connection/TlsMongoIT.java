package dev.godwit.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import dev.godwit.engine.RunException;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.TlsProxy;
import java.io.IOException;
import java.nio.file.Path;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsMongoIT {

  private static final Path FOLDER = Path.of("src/test/resources/tls");
  private static final Path CA = file("ca.crt");

  private TlsProxy endpoint;

  @BeforeEach
  void listen() throws IOException {
    endpoint =
        new TlsProxy(
            MongoServer.uri(), new Tls(CA, file("server.crt"), file("server.key")).context());
  }

  @AfterEach
  void close() throws IOException {
    endpoint.close();
  }

  @ParameterizedTest
  @CsvSource({
    "client-ec.crt, client-ec.key",
    "client-ec384.crt, client-ec384.pkcs8.key",
    "client-rsa.crt, client-rsa.key",
    "client-rsa.crt, client-rsa.pkcs8.key",
    "client-ed.crt, client-ed.key",
    "client-ec.both.pem, ",
  })
  void whoShowsACertificateIsLetIn(String certificate, String key) {
    assertThat(ping(new Tls(CA, file(certificate), key == null ? null : file(key)))).isEqualTo(1.0);
  }

  @Test
  void whoShowsNoneIsNot() {
    assertThatThrownBy(() -> ping(new Tls(CA, null, null)))
        .isInstanceOf(MongoTimeoutException.class);
  }

  @Test
  void anAuthorityThatIsNotTrustedIsNotTalkedTo() {
    Tls other = new Tls(file("other-ca.crt"), file("client-ec.crt"), file("client-ec.key"));

    assertThatThrownBy(() -> ping(other))
        .isInstanceOf(MongoTimeoutException.class)
        .hasMessageContaining("PKIX path");
  }

  @Test
  void aConnectionStringThatForbidsTlsContradictsCertificates() {
    assertThatThrownBy(
            () -> Connection.open(endpoint.uri() + "&tls=false", "x", new Tls(CA, null, null)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("tls=false");
  }

  @Test
  void aKeyWithoutItsCertificateIsRefused() {
    assertThatThrownBy(() -> Connection.open(endpoint.uri(), "x", new Tls(CA, null, CA)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("needs its certificate");
  }

  private double ping(Tls tls) {
    try (Connection connection = Connection.open(endpoint.uri(), "x", tls)) {
      return connection
          .database()
          .runCommand(new Document("ping", 1))
          .get("ok", Number.class)
          .doubleValue();
    }
  }

  private static Path file(String name) {
    return FOLDER.resolve(name);
  }
}
