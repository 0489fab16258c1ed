package dev.godwit.testing;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A proxy before the server that cuts the connection at the n-th command on a database: before the
/// command reaches the server, or after the server has done it and before the answer is back.
public final class FaultProxy implements AutoCloseable {

  /// When the connection is cut.
  public enum Cut {
    BEFORE_COMMAND,
    AFTER_COMMAND
  }

  private final ServerSocket listener = new ServerSocket(0);
  private final String host;
  private final int port;
  private final byte[] database;
  private final int cutAt;
  private final Cut cut;
  private final AtomicInteger commands = new AtomicInteger();

  /// @param uri of the server: `mongodb://host:port/…`
  /// @param cutAt number of the command, from 1; 0 for never
  public FaultProxy(String uri, String database, int cutAt, Cut cut) throws IOException {
    String[] address = uri.substring("mongodb://".length(), uri.lastIndexOf('/')).split(":");
    this.host = address[0];
    this.port = Integer.parseInt(address[1]);
    this.database = database.getBytes(StandardCharsets.UTF_8);
    this.cutAt = cutAt;
    this.cut = cut;
    Thread.ofVirtual().start(this::accept);
  }

  /// The connection string of the proxy.
  public String uri() {
    return "mongodb://127.0.0.1:%d/?directConnection=true".formatted(listener.getLocalPort());
  }

  /// How many commands on the database have passed.
  public int commands() {
    return commands.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The proxy was closed.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(host, port)) {
      DataInputStream fromClient = new DataInputStream(client.getInputStream());
      DataInputStream fromServer = new DataInputStream(server.getInputStream());
      while (true) {
        byte[] request = message(fromClient);
        boolean counted = contains(request, database);
        boolean hit = counted && commands.incrementAndGet() == cutAt;
        if (hit && cut == Cut.BEFORE_COMMAND) {
          return;
        }
        write(server.getOutputStream(), request);
        byte[] reply = message(fromServer);
        if (hit) {
          return;
        }
        write(client.getOutputStream(), reply);
        while (moreToCome(reply)) {
          reply = message(fromServer);
          write(client.getOutputStream(), reply);
        }
      }
    } catch (IOException ended) {
      // One side has closed: the connection ends.
    }
  }

  private static boolean moreToCome(byte[] reply) {
    ByteBuffer buffer = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.getInt(12) == 2013 && (buffer.getInt(16) & 2) != 0;
  }

  private static byte[] message(DataInputStream in) throws IOException {
    byte[] length = in.readNBytes(4);
    if (length.length < 4) {
      throw new EOFException();
    }
    int size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
    byte[] message = new byte[size];
    System.arraycopy(length, 0, message, 0, 4);
    in.readFully(message, 4, size - 4);
    return message;
  }

  private static void write(OutputStream out, byte[] message) throws IOException {
    out.write(message);
    out.flush();
  }

  private static boolean contains(byte[] message, byte[] wanted) {
    for (int i = 0; i + wanted.length <= message.length; i++) {
      int j = 0;
      while (j < wanted.length && message[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
