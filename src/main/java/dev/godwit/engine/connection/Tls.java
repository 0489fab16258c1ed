package dev.godwit.engine.connection;

import dev.godwit.engine.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Whom to trust, and who one is: PEM files. With any of them the connection is encrypted, whether
/// the connection string says so or not.
///
/// @param caFile certificates of the authorities to trust; null for those of the JVM
/// @param certificateFile the client's certificate and those between it and its authority; null to
///     show none
/// @param keyFile the client's private key; null when it is in `certificateFile`
public record Tls(Path caFile, Path certificateFile, Path keyFile) {

  /// As the connection string says, with the authorities of the JVM.
  public static final Tls NONE = new Tls(null, null, null);

  private static final char[] NO_PASSWORD = {};

  /// Whether no file is given.
  public boolean isNone() {
    return caFile == null && certificateFile == null && keyFile == null;
  }

  /// Reads the files.
  ///
  /// @throws RunException with verdict `Refused` when one of them cannot be used
  public SSLContext context() {
    if (keyFile != null && certificateFile == null) {
      throw RunException.refused(
          "InvalidTlsFile", null, "the key '%s' needs its certificate".formatted(keyFile));
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(), authorities(), null);
      return context;
    } catch (GeneralSecurityException wrong) {
      throw RunException.refused(
          "InvalidTlsFile",
          null,
          "the certificates and keys cannot be used: %s; check that the key belongs to the certificate"
              .formatted(wrong.getMessage()));
    }
  }

  /// Null for none.
  private KeyManager[] identity() throws GeneralSecurityException {
    if (certificateFile == null) {
      return null;
    }
    List<X509Certificate> chain = new PemFile(certificateFile).certificates();
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        new PemFile(keyFile == null ? certificateFile : keyFile).privateKey(),
        NO_PASSWORD,
        chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /// Whom to trust; null for the authorities of the JVM.
  ///
  /// @throws RunException with verdict `Refused` when the file cannot be used
  public TrustManager[] trustManagers() {
    try {
      return authorities();
    } catch (GeneralSecurityException wrong) {
      throw RunException.refused(
          "InvalidTlsFile",
          null,
          "the certificates in '%s' cannot be used: %s".formatted(caFile, wrong.getMessage()));
    }
  }

  private TrustManager[] authorities() throws GeneralSecurityException {
    if (caFile == null) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate authority : new PemFile(caFile).certificates()) {
      store.setCertificateEntry("ca" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      return store;
    } catch (IOException impossible) {
      throw new IllegalStateException("nothing is read", impossible);
    }
  }
}
