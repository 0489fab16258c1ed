package dev.godwit.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// A proxy before an HTTP server that does something wrong at requests of a kind. It hands on what
/// it reads byte by byte, so signatures stay right.
public final class HttpFaultProxy implements AutoCloseable {

  /// What goes wrong.
  public sealed interface Fault {}

  /// The proxy answers in the server's place.
  ///
  /// @param code the error's name, as S3 has it
  public record Answer(int status, String code) implements Fault {}

  /// The connection ends when so many bytes of the request's body have passed.
  public record CutRequest(long bytes) implements Fault {}

  /// The connection ends when so many bytes of the answer, its head included, have passed.
  public record CutAnswer(long bytes) implements Fault {}

  /// The server does what it is asked; the answer does not arrive.
  public record LoseAnswer() implements Fault {}

  /// Bytes pass at this rate, both ways.
  public record Slow(int bytesPerSecond) implements Fault {}

  /// Nothing passes and nothing is answered until the proxy is closed.
  public record Silence() implements Fault {}

  /// What goes wrong at the n-th to m-th request whose first line matches a pattern.
  private record Rule(Pattern request, int first, int last, Fault fault, AtomicInteger seen) {}

  private static final int PIECE = 16 << 10;

  private final ServerSocket listener = new ServerSocket(0);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final URI server;

  public HttpFaultProxy(URI server) throws IOException {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  /// Where the proxy answers.
  public URI uri() {
    return URI.create("http://127.0.0.1:%d".formatted(listener.getLocalPort()));
  }

  /// Lets requests fail.
  ///
  /// @param request found in the first line, as `PUT /bucket/key?partNumber=2`
  /// @param first number of the first request that fails, from 1
  /// @param times how many fail
  public void fail(String request, int first, int times, Fault fault) {
    rules.add(
        new Rule(
            Pattern.compile(request),
            first,
            times == Integer.MAX_VALUE ? times : first + times - 1,
            fault,
            new AtomicInteger()));
  }

  /// Lets every such request fail.
  public void failAll(String request, Fault fault) {
    fail(request, 1, Integer.MAX_VALUE, fault);
  }

  /// Nothing goes wrong any more.
  public void heal() {
    rules.clear();
  }

  /// How many requests came whose first line matches.
  public long requests(String request) {
    Pattern pattern = Pattern.compile(request);
    return requests.stream().filter(line -> pattern.matcher(line).find()).count();
  }

  private Fault fault(String line) {
    requests.add(line);
    Fault found = null;
    for (Rule rule : rules) {
      if (rule.request().matcher(line).find()) {
        int number = rule.seen().incrementAndGet();
        if (found == null && number >= rule.first() && number <= rule.last()) {
          found = rule.fault();
        }
      }
    }
    return found;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException ended) {
      // The proxy was closed.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      Answers answers = new Answers(upstream, client);
      Thread.ofVirtual().start(answers::copy);
      InputStream in = new BufferedInputStream(client.getInputStream(), PIECE);
      while (request(in, client, upstream, answers)) {
        // One after the other.
      }
    } catch (IOException ended) {
      // One side has closed, or a fault ends the connection.
    }
  }

  private boolean request(InputStream in, Socket client, Socket upstream, Answers answers)
      throws IOException {
    String head = head(in);
    if (head.isEmpty()) {
      return false;
    }
    Fault fault = fault(head.substring(0, head.indexOf('\r')));
    long length = length(head);
    if (fault instanceof Silence) {
      await();
      return false;
    }
    if (fault instanceof Answer answer) {
      // Who waits for leave to send the body gets the answer instead.
      if (!head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
        in.skipNBytes(length);
      }
      client.getOutputStream().write(answer(answer));
      client.shutdownOutput();
      in.transferTo(OutputStream.nullOutputStream());
      return false;
    }
    int rate = fault instanceof Slow slow ? slow.bytesPerSecond() : 0;
    // A request without a body is whole before it is cut: its answer must not get through.
    answers.begin(fault instanceof CutRequest ? new LoseAnswer() : fault, rate);
    OutputStream out = upstream.getOutputStream();
    if (length == 0) {
      answers.requestIsThere();
    }
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    if (fault instanceof CutRequest cut) {
      pass(in, out, Math.min(cut.bytes(), length), rate);
      return false;
    }
    if (length > 0) {
      pass(in, out, length - 1, rate);
      answers.requestIsThere();
      pass(in, out, 1, 0);
    }
    return true;
  }

  private static void pass(InputStream in, OutputStream out, long length, int rate)
      throws IOException {
    byte[] piece = new byte[PIECE];
    for (long left = length; left > 0; ) {
      int read = in.read(piece, 0, (int) Math.min(PIECE, left));
      if (read < 0) {
        throw new EOFException();
      }
      slow(read, rate);
      out.write(piece, 0, read);
      left -= read;
    }
    out.flush();
  }

  private static void slow(int bytes, int rate) {
    if (rate > 0) {
      try {
        TimeUnit.MICROSECONDS.sleep(bytes * 1_000_000L / rate);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int value = in.read();
      if (value < 0) {
        return "";
      }
      head.write(value);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static long length(String head) {
    return Arrays.stream(head.split("\r\n"))
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length:"))
        .mapToLong(line -> Long.parseLong(line.substring("content-length:".length()).strip()))
        .findFirst()
        .orElse(0);
  }

  private static byte[] answer(Answer answer) {
    String body =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>made by the fault proxy</Message></Error>"
            .formatted(answer.code());
    return "HTTP/1.1 %d Fault\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(answer.status(), body.length(), body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
  }

  /// What comes back on a connection.
  private static final class Answers {

    private final Socket upstream;
    private final Socket client;
    private volatile Fault fault;
    private volatile int rate;
    private volatile boolean losing;
    private volatile long passed;

    Answers(Socket upstream, Socket client) {
      this.upstream = upstream;
      this.client = client;
    }

    void begin(Fault ofRequest, int bytesPerSecond) {
      passed = 0;
      fault = ofRequest;
      rate = bytesPerSecond;
    }

    /// What the server says from now on is its answer, not the leave to send the body.
    void requestIsThere() {
      losing = fault instanceof LoseAnswer;
    }

    void copy() {
      byte[] piece = new byte[PIECE];
      try (client;
          upstream) {
        int read = upstream.getInputStream().read(piece);
        while (read >= 0 && !losing) {
          slow(read, rate);
          long left = fault instanceof CutAnswer cut ? cut.bytes() - passed : read;
          client.getOutputStream().write(piece, 0, (int) Math.min(read, left));
          passed += read;
          if (read >= left && fault instanceof CutAnswer) {
            return;
          }
          read = upstream.getInputStream().read(piece);
        }
      } catch (IOException ended) {
        // One side has closed.
      }
    }
  }
}
