package dev.godwit.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Just enough of an API server for the operator to become leader and ready, and to work: it keeps
/// objects in memory, lists and watches them, and checks nothing. Docker builds have no cluster.
final class ApiStandIn implements AutoCloseable {

  private record Event(ObjectNode object, String line) {}

  private static final YAMLMapper YAML = new YAMLMapper();

  private final HttpsServer server;
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final Map<BlockingQueue<Event>, Predicate<ObjectNode>> watches =
      new java.util.HashMap<>();
  private long version = 1;

  /// Starts to listen on a free port of the loopback interface.
  ApiStandIn(SelfSigned identity) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    server.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory()));
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /// Stores an object, as `kubectl create` does.
  synchronized ObjectNode create(ApiPath path, ObjectNode object) {
    ObjectNode meta = object.withObject("/metadata");
    if (path.namespace() != null) {
      meta.put("namespace", path.namespace());
    }
    meta.put("uid", new java.util.UUID(0, version).toString());
    meta.put("generation", 1);
    meta.put("creationTimestamp", java.time.Instant.now().toString());
    store(path.withName(meta.path("name").asText()), object, "ADDED");
    return object;
  }

  /// How many objects of a kind there are.
  synchronized long count(ApiPath collection) {
    return all(collection, any -> true).count();
  }

  /// The first object of a kind; null when there is none.
  synchronized ObjectNode first(ApiPath collection) {
    return all(collection, any -> true).findFirst().orElse(null);
  }

  private void store(ApiPath path, ObjectNode object, String event) {
    object.withObject("/metadata").put("resourceVersion", Long.toString(++version));
    objects.put(path.key(), object);
    tell(path, object, event);
  }

  private void tell(ApiPath path, ObjectNode object, String type) {
    ObjectNode event = YAML.createObjectNode().put("type", type);
    event.set("object", object);
    event.put("collection", path.collection());
    watches.forEach(
        (queue, wanted) -> {
          if (wanted.test(event)) {
            queue.add(new Event(object, line(type, object)));
          }
        });
  }

  private static String line(String type, ObjectNode object) {
    ObjectNode event = YAML.createObjectNode().put("type", type);
    event.set("object", object);
    return event + "\n";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      ApiPath path = ApiPath.parse(exchange.getRequestURI().getPath());
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (path == null) {
        reply(exchange, 200, YAML.createObjectNode().put("major", "1").put("minor", "34"));
      } else if (exchange.getRequestHeaders().containsKey("Upgrade")) {
        // The JDK's server has no WebSocket; the client then watches by plain HTTP.
        reply(exchange, 200, YAML.createObjectNode());
      } else if (query.getOrDefault("watch", "false").equals("true")) {
        watch(exchange, path, query);
      } else {
        JsonNode body = YAML.readTree(exchange.getRequestBody());
        ObjectNode answer = answer(exchange.getRequestMethod(), path, query, body);
        reply(exchange, answer.path("code").asInt(200), answer);
      }
    } catch (RuntimeException unforeseen) {
      System.err.println("stand-in: " + exchange.getRequestURI());
      unforeseen.printStackTrace();
      throw unforeseen;
    }
  }

  private synchronized ObjectNode answer(
      String method, ApiPath path, Map<String, String> query, JsonNode body) {
    ObjectNode found = path.name() == null ? null : objects.get(path.key());
    return switch (method) {
      case "GET" -> path.name() == null ? list(path, query) : found == null ? missing() : found;
      case "POST" -> post(path, (ObjectNode) body);
      case "PUT", "PATCH" -> change(path, found, body);
      case "DELETE" -> {
        if (found != null) {
          objects.remove(path.key());
          tell(path, found, "DELETED");
        }
        yield found == null ? missing() : found;
      }
      default -> throw new IllegalStateException(method);
    };
  }

  private ObjectNode post(ApiPath path, ObjectNode body) {
    if (path.plural().equals("selfsubjectrulesreviews")) {
      ObjectNode rule = body.withObject("/status").withArray("/resourceRules").addObject();
      Stream.of("verbs", "apiGroups", "resources").forEach(it -> rule.putArray(it).add("*"));
      return body;
    }
    return objects.containsKey(path.withName(body.at("/metadata/name").asText()).key())
        ? status(409, "AlreadyExists")
        : create(path, body);
  }

  private ObjectNode change(ApiPath path, ObjectNode found, JsonNode body) {
    ObjectNode changed = found == null ? YAML.createObjectNode() : found.deepCopy();
    if (body instanceof ArrayNode patch) {
      patch.forEach(
          it -> {
            if (!it.path("op").asText().equals("test")) {
              put(changed, it.path("path").asText(), it.path("value"));
            }
          });
    } else {
      merge(changed, body);
    }
    if (found == null) {
      return create(path, changed);
    }
    store(path, changed, "MODIFIED");
    return changed;
  }

  private static void put(ObjectNode object, String pointer, JsonNode value) {
    int last = pointer.lastIndexOf('/');
    if (object.at(pointer.substring(0, last)) instanceof ArrayNode array) {
      array.add(value);
    } else {
      object.withObject(pointer.substring(0, last)).set(pointer.substring(last + 1), value);
    }
  }

  private static void merge(ObjectNode into, JsonNode from) {
    from.properties()
        .forEach(
            it -> {
              if (it.getKey().equals("resourceVersion") || it.getKey().equals("managedFields")) {
                return;
              }
              if (it.getValue().isObject() && into.path(it.getKey()).isObject()) {
                merge((ObjectNode) into.get(it.getKey()), it.getValue());
              } else if (it.getValue().isNull()) {
                into.remove(it.getKey());
              } else {
                into.set(it.getKey(), it.getValue());
              }
            });
  }

  private ObjectNode list(ApiPath path, Map<String, String> query) {
    ObjectNode list = YAML.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    list.withObject("/metadata").put("resourceVersion", Long.toString(version));
    all(path, selector(query)).forEach(list.putArray("items")::add);
    return list;
  }

  private Stream<ObjectNode> all(ApiPath path, Predicate<ObjectNode> wanted) {
    return objects.entrySet().stream()
        .filter(it -> path.contains(it.getKey()))
        .map(Map.Entry::getValue)
        .filter(wanted);
  }

  private void watch(HttpExchange exchange, ApiPath path, Map<String, String> query)
      throws IOException {
    BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
    Predicate<ObjectNode> wanted = selector(query);
    synchronized (this) {
      watches.put(
          queue,
          event ->
              path.collection().equals(event.path("collection").asText())
                  && (path.namespace() == null
                      || path.namespace().equals(event.at("/object/metadata/namespace").asText()))
                  && wanted.test((ObjectNode) event.get("object")));
      long since = Long.parseLong(query.getOrDefault("resourceVersion", "0"));
      all(path, wanted)
          .filter(it -> it.at("/metadata/resourceVersion").asLong() > since)
          .forEach(it -> queue.add(new Event(it, line("ADDED", it))));
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.flush();
      while (true) {
        out.write(queue.take().line().getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (IOException gone) {
      // The watcher closed its connection.
    } finally {
      synchronized (this) {
        watches.remove(queue);
      }
    }
  }

  /// `a=b` for labels and `metadata.name=c` for fields are all that the operator asks for.
  private static Predicate<ObjectNode> selector(Map<String, String> query) {
    Predicate<ObjectNode> wanted = any -> true;
    for (String term : query.getOrDefault("labelSelector", "").split(",")) {
      String[] label = term.split("=", 2);
      if (label.length == 2) {
        wanted =
            wanted.and(it -> it.at("/metadata/labels").path(label[0]).asText().equals(label[1]));
      }
    }
    String[] field = query.getOrDefault("fieldSelector", "").split("=", 2);
    return field.length == 2 && field[0].equals("metadata.name")
        ? wanted.and(it -> it.at("/metadata/name").asText().equals(field[1]))
        : wanted;
  }

  private static ObjectNode missing() {
    return status(404, "NotFound");
  }

  private static ObjectNode status(int code, String reason) {
    return YAML.createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("reason", reason)
        .put("message", reason)
        .put("code", code);
  }

  private static Map<String, String> query(String raw) {
    return raw == null
        ? Map.of()
        : Stream.of(raw.split("&"))
            .map(it -> it.split("=", 2))
            .collect(
                Collectors.toMap(
                    it -> it[0],
                    it -> it.length == 1 ? "" : URLDecoder.decode(it[1], StandardCharsets.UTF_8)));
  }

  private static void reply(HttpExchange exchange, int code, ObjectNode answer) throws IOException {
    byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
