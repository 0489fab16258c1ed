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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// A proxy before the server that does something at the n-th command on a database: cuts the
/// connection before the command reaches the server, or after the server has done it and before the
/// answer is back, or holds everything back for a while. It can cut all other connections at the
/// same moment, as the end of a process would.
public final class FaultProxy implements AutoCloseable {

  /// What happens.
  public enum Cut {
    BEFORE_COMMAND,
    AFTER_COMMAND,
    /// The command, and all that follows, arrives after [#release].
    HOLD
  }

  private final ServerSocket listener = new ServerSocket(0);
  private final String host;
  private final int port;
  private final Predicate<byte[]> counted;
  private final int cutAt;
  private final Cut cut;
  private final AtomicInteger commands = new AtomicInteger();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cutAll;
  private volatile Duration delay = Duration.ZERO;

  /// @param uri of the server: `mongodb://host:port/…`
  /// @param cutAt number of the command, from 1; 0 for never
  public FaultProxy(String uri, String database, int cutAt, Cut cut) throws IOException {
    this(uri, ofDatabase(database), cutAt, cut);
  }

  /// @param counted which messages of the client count
  public FaultProxy(String uri, Predicate<byte[]> counted, int cutAt, Cut cut) throws IOException {
    String[] address = uri.substring("mongodb://".length(), uri.lastIndexOf('/')).split(":");
    this.host = address[0];
    this.port = Integer.parseInt(address[1]);
    this.counted = counted;
    this.cutAt = cutAt;
    this.cut = cut;
    Thread.ofVirtual().start(this::accept);
  }

  /// The connection string of the proxy.
  public String uri() {
    return "mongodb://127.0.0.1:%d/?directConnection=true".formatted(listener.getLocalPort());
  }

  /// From now on a cut hits all connections that are open.
  public FaultProxy cuttingAll() {
    cutAll = true;
    return this;
  }

  /// From now on each counted command arrives so much later, as on a server that suffers.
  public void delay(Duration each) {
    delay = each;
  }

  /// How many commands on the database have passed.
  public int commands() {
    return commands.get();
  }

  /// Waits until a command is held back.
  ///
  /// @return whether that happened in time
  public boolean awaitHeld(long time, TimeUnit unit) throws InterruptedException {
    return held.await(time, unit);
  }

  /// Whether a command was held back.
  public boolean hasHeld() {
    return held.getCount() == 0;
  }

  /// Lets go what is held back.
  public void release() {
    released.countDown();
  }

  private void hold(boolean hit) {
    if (hit) {
      held.countDown();
    }
    if (held.getCount() == 0) {
      try {
        released.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void delayed() {
    try {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
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
      open.add(client);
      DataInputStream fromClient = new DataInputStream(client.getInputStream());
      DataInputStream fromServer = new DataInputStream(server.getInputStream());
      while (true) {
        byte[] request = message(fromClient);
        boolean counts = counted.test(request);
        boolean hit = counts && commands.incrementAndGet() == cutAt;
        if (counts) {
          delayed();
        }
        if (hit && cut == Cut.BEFORE_COMMAND) {
          hit();
          return;
        }
        if (cut == Cut.HOLD) {
          hold(hit);
        }
        write(server.getOutputStream(), request);
        byte[] reply = message(fromServer);
        if (hit && cut == Cut.AFTER_COMMAND) {
          hit();
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
    } finally {
      open.remove(client);
    }
  }

  private void hit() throws IOException {
    if (cutAll) {
      for (Socket socket : open) {
        socket.close();
      }
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

  private static Predicate<byte[]> ofDatabase(String database) {
    byte[] name = database.getBytes(StandardCharsets.UTF_8);
    return message -> contains(message, name);
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
    release();
    listener.close();
  }
}
