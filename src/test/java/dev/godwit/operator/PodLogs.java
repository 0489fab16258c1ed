package dev.godwit.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The logs of pods that run nowhere. The API server asks a pod's kubelet for its log; the test
/// plays the kubelet, so it answers. Requests for the logs of other pods go where they always go.
final class PodLogs implements AutoCloseable {

  private static final String PATH = "/api/v1/namespaces/";
  private static final String LOG = "/log";

  private final Map<String, String> lines = new ConcurrentHashMap<>();
  private final HttpServer server;

  PodLogs() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /// From now on the pod's log is this line.
  void put(String namespace, String pod, String line) {
    lines.put(PATH + namespace + "/pods/" + pod + LOG, line);
  }

  /// Makes a client ask here for the logs that are known here.
  void answer(HttpClient.Builder client) {
    client.addOrReplaceInterceptor(
        "pod-logs",
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (lines.containsKey(request.uri().getPath())) {
              builder.uri(
                  URI.create(
                      "http://%s:%d%s"
                          .formatted(
                              server.getAddress().getAddress().getHostAddress(),
                              server.getAddress().getPort(),
                              request.uri().getPath())));
            }
          }
        });
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] log =
        lines.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, log.length);
      exchange.getResponseBody().write(log);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
