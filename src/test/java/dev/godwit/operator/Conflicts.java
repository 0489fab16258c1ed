package dev.godwit.operator;

import dev.godwit.testing.Cluster;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Somebody who edits a migration just before the operator writes its status, so that the API
/// server answers 409.
final class Conflicts {

  private static final Pattern STATUS =
      Pattern.compile("/namespaces/([^/]+)/mongomigrations/([^/]+)/status");

  private final AtomicInteger left = new AtomicInteger();

  /// How many of the next writes conflict.
  void next(int number) {
    left.set(number);
  }

  int left() {
    return left.get();
  }

  void meddle(HttpClient.Builder http) {
    http.addOrReplaceInterceptor(
        "conflicts",
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            Matcher status = STATUS.matcher(request.uri().getPath());
            if (status.find() && left.get() > 0) {
              edit(status.group(1), status.group(2), left.getAndDecrement());
            }
          }
        });
  }

  private static void edit(String namespace, String name, int number) {
    Cluster.admin()
        .genericKubernetesResources("godwit.dev/v1alpha1", "MongoMigration")
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"example.com/edit\":\"%d\"}}}".formatted(number));
  }
}
