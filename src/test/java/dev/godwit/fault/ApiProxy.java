package dev.godwit.fault;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/// Between one operator and the API server: counts the operator's writes, and does at each what a
/// trap says. It speaks HTTP to the operator and TLS, with the administrator's certificate, to the
/// API server; the operator's impersonation headers pass. Watches are web sockets and pass as they
/// are.
final class ApiProxy implements AutoCloseable {

  private static final Duration DELAY = Duration.ofSeconds(1);
  private static final Duration HOLD = Duration.ofMillis(1500);
  private static final Duration LATE = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration STALE = Duration.ofSeconds(5);
  private static final String PRIMARY = "/mongomigrations?";
  private static final String OURS = "\"spec\":{\"managedBy\":\"" + Node.CONTROLLER + "\",";

  private final Function<Write, Fault> trap;
  private final URI server;
  private final SSLContext context;
  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Set<Socket> watches = ConcurrentHashMap.newKeySet();
  private final List<Write> writes = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> kinds = new HashMap<>();
  private final Map<String, HttpMessage> lists = new ConcurrentHashMap<>();
  private final Map<String, HttpMessage> stale = new ConcurrentHashMap<>();
  private final CountDownLatch dead = new CountDownLatch(1);
  private volatile long heldUntil;
  private volatile String held = "";
  private volatile boolean away;
  private volatile boolean isLate;
  private volatile boolean isForgotten;
  private final CountDownLatch called = new CountDownLatch(1);
  private final CountDownLatch arrived = new CountDownLatch(1);

  /// @param config of the administrator
  /// @param trap the fault of a write; null for none
  ApiProxy(Config config, Function<Write, Fault> trap) {
    this.trap = trap;
    this.server = URI.create(config.getMasterUrl());
    try {
      context = SSLUtils.sslContext(config);
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /// What the operator wrote so far.
  List<Write> writes() {
    return List.copyOf(writes);
  }

  /// For a while, answers lists as `before` answered them first, and migrations as they were early;
  /// what became of these comes later than everything else.
  ///
  /// @param early answer of a list of migrations
  void beStale(ApiProxy before, String early) {
    stale.putAll(before.lists);
    stale.keySet().stream()
        .filter(key -> early != null && key.contains(PRIMARY))
        .forEach(key -> stale.put(key, HttpMessage.of(200, early)));
    held = PRIMARY;
    holdWatches(STALE);
  }

  /// Waits for a fault that kills.
  boolean awaitDeath(Duration patience) throws InterruptedException {
    return dead.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean isDead() {
    return dead.getCount() == 0;
  }

  /// Nothing passes any more, as if the operator's process had ended.
  void die() {
    dead.countDown();
    connections.forEach(ApiProxy::end);
  }

  /// Lets a status arrive that the operator wrote before it died; waits for anything else that it
  /// wrote then.
  ///
  /// @return whether something has arrived meanwhile
  boolean callLateWrite() throws InterruptedException {
    boolean missing = isLate && arrived.getCount() > 0;
    called.countDown();
    return missing && arrived.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// What has not arrived yet does not arrive any more.
  void forgetLateWrite() {
    isForgotten = true;
    called.countDown();
  }

  private boolean isRested() {
    rest(LATE);
    return !isForgotten;
  }

  private boolean isCalled() {
    try {
      called.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !isForgotten;
  }

  /// The API server cannot be reached for as long as `it` is set.
  void setAway(boolean it) {
    away = it;
    if (it) {
      connections.forEach(ApiProxy::end);
    }
  }

  void closeWatches() {
    watches.forEach(ApiProxy::end);
  }

  /// Watches say nothing for so long.
  void holdWatches(Duration time) {
    heldUntil = System.nanoTime() + time.toNanos();
  }

  @Override
  public void close() {
    die();
    try {
      listener.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException ended) {
      // It is closed in any case.
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
    if (away || isDead()) {
      end(client);
      return;
    }
    try (client;
        Socket upstream =
            context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      connections.add(client);
      connections.add(upstream);
      try {
        Exchange exchange = new Exchange(client, upstream);
        while (!isDead() && !away && exchange.pass()) {
          // One after the other.
        }
      } finally {
        connections.removeAll(List.of(client, upstream));
        watches.removeAll(List.of(client, upstream));
      }
    } catch (IOException ended) {
      // One side has closed, or a fault ended the connection.
    }
  }

  private synchronized Write count(String kind) {
    Write write = new Write(writes.size() + 1, kinds.merge(kind, 1, Integer::sum), kind);
    writes.add(write);
    return write;
  }

  private static void rest(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// One connection of the operator.
  private final class Exchange {

    private final Socket client;
    private final Socket upstream;
    private final InputStream requests;
    private final InputStream answers;

    Exchange(Socket client, Socket upstream) throws IOException {
      this.client = client;
      this.upstream = upstream;
      this.requests = new BufferedInputStream(client.getInputStream());
      this.answers = new BufferedInputStream(upstream.getInputStream());
    }

    /// Passes one request and its answer; false when the connection has ended.
    boolean pass() throws IOException {
      HttpMessage request = HttpMessage.request(requests);
      if (request == null || isDead()) {
        return false;
      }
      if (request.path().contains("watch=true")) {
        watch(request);
        return false;
      }
      String kind = Write.kind(request.method(), request.path());
      if (kind == null) {
        return read(request);
      }
      if (Boolean.getBoolean("godwit.fault.trace")) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        System.out.printf("%tT.%<tL %s %s %s%n", new Date(), kind, request.path(), body);
      }
      return write(ofOurController(kind, request), trap.apply(count(kind)), kind);
    }

    /// The test plays the Job controller: Jobs say so.
    private HttpMessage ofOurController(String kind, HttpMessage request) {
      return kind.equals("POST jobs")
          ? request.with(
              new String(request.body(), StandardCharsets.UTF_8)
                  .replaceFirst("\"spec\":\\{", OURS)
                  .getBytes(StandardCharsets.UTF_8))
          : request;
    }

    private void watch(HttpMessage request) throws IOException {
      request.writeTo(upstream.getOutputStream());
      HttpMessage answer = HttpMessage.answer(answers, true);
      watches.add(client);
      watches.add(upstream);
      answer.writeTo(client.getOutputStream());
      if (answer.isUpgrade()) {
        Thread.ofVirtual().start(this::copyUp);
      }
      byte[] piece = new byte[1 << 14];
      OutputStream out = client.getOutputStream();
      for (int read = answers.read(piece); read >= 0; read = answers.read(piece)) {
        long left = heldUntil - System.nanoTime();
        if (left > 0 && request.path().contains(held)) {
          rest(Duration.ofNanos(left));
        }
        out.write(piece, 0, read);
        out.flush();
      }
    }

    private void copyUp() {
      try (client;
          upstream) {
        requests.transferTo(upstream.getOutputStream());
      } catch (IOException ended) {
        // One side has closed.
      }
    }

    /// An informer's list takes what any API server has in its cache; what is read without a
    /// resourceVersion is the latest.
    /// [Source](https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions)
    private boolean read(HttpMessage request) throws IOException {
      boolean any = request.path().contains("resourceVersion=0");
      HttpMessage old = any ? stale.get(request.path()) : null;
      if (old != null && heldUntil > System.nanoTime()) {
        old.writeTo(client.getOutputStream());
        return true;
      }
      HttpMessage answer = ask(request);
      if (any && answer.status() == 200) {
        lists.putIfAbsent(request.path(), answer);
      }
      answer.writeTo(client.getOutputStream());
      return true;
    }

    private HttpMessage ask(HttpMessage request) throws IOException {
      request.writeTo(upstream.getOutputStream());
      return HttpMessage.answer(answers, false);
    }

    private boolean write(HttpMessage request, Fault fault, String kind) throws IOException {
      return switch (fault) {
        case null -> passOn(request);
        case DropRequest -> false;
        case Delay -> {
          rest(DELAY);
          yield passOn(request);
        }
        case Conflict -> refuse(409, "Conflict");
        case TooManyRequests -> refuse(429, "TooManyRequests");
        case ServerError -> refuse(500, "InternalError");
        case Forbidden -> refuse(403, "Forbidden");
        case Timeout -> {
          ask(request);
          yield refuse(504, "Timeout");
        }
        case LoseAnswer -> {
          ask(request);
          yield false;
        }
        case KillBefore -> {
          die();
          yield false;
        }
        case KillAfter, KillAndStaleLists -> {
          ask(request);
          die();
          yield false;
        }
        case KillAndLateWrite -> {
          isLate = true;
          die();
          boolean arrives = kind.endsWith("/status") ? isCalled() : isRested();
          try {
            if (arrives) {
              arriveLate(request);
            }
          } finally {
            arrived.countDown();
          }
          yield false;
        }
        case CloseWatches -> {
          HttpMessage answer = ask(request);
          closeWatches();
          answer.writeTo(client.getOutputStream());
          yield true;
        }
        case HoldWatches -> {
          holdWatches(HOLD);
          yield passOn(request);
        }
      };
    }

    private void arriveLate(HttpMessage request) throws IOException {
      try (Socket own =
          context.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
        request.writeTo(own.getOutputStream());
        HttpMessage.answer(new BufferedInputStream(own.getInputStream()), false);
      }
    }

    private boolean passOn(HttpMessage request) throws IOException {
      ask(request).writeTo(client.getOutputStream());
      return true;
    }

    private boolean refuse(int status, String reason) throws IOException {
      HttpMessage.of(
              status,
              """
              {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
              "message":"made by the fault suite","reason":"%s","code":%d}"""
                  .formatted(reason, status))
          .writeTo(client.getOutputStream());
      return true;
    }
  }
}
