package dev.godwit.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A TLS endpoint before a server.
public final class TlsProxy implements AutoCloseable {

  private final SSLServerSocket listener;
  private final String host;
  private final int port;

  /// An endpoint that lets in only who shows a certificate.
  ///
  /// @param uri of the server: `mongodb://host:port/…`
  /// @param context of the endpoint
  public TlsProxy(String uri, SSLContext context) throws IOException {
    this(URI.create(uri.substring(0, uri.lastIndexOf('/'))), context, true);
  }

  /// @param server with host and port
  /// @param context of the endpoint
  /// @param demanding whether it lets in only who shows a certificate
  public TlsProxy(URI server, SSLContext context, boolean demanding) throws IOException {
    this.host = server.getHost();
    this.port = server.getPort();
    this.listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(demanding);
    Thread.ofVirtual().start(this::accept);
  }

  /// The connection string of the endpoint; it says nothing of TLS.
  public String uri() {
    return "mongodb://localhost:%d/?directConnection=true&serverSelectionTimeoutMS=3000"
        .formatted(listener.getLocalPort());
  }

  /// Its port on localhost.
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket client = (SSLSocket) listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The endpoint was closed.
    }
  }

  private void serve(SSLSocket client) {
    try (client) {
      client.startHandshake();
      try (Socket server = new Socket(host, port)) {
        Thread back = Thread.ofVirtual().start(() -> copy(server, client));
        copy(client, server);
        back.interrupt();
      }
    } catch (IOException refused) {
      // The handshake failed, or one side has closed.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // One side has closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
