package dev.godwit.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What `kubectl get mongomigrations` prints: the API server renders it.
final class Table {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Table() {}

  /// The rows of a namespace: column → cell; `<none>` cells are empty.
  static List<Map<String, String>> migrations(String namespace) {
    KubernetesClient client = Cluster.admin();
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(
                client.getMasterUrl()
                    + "apis/godwit.dev/v1alpha1/namespaces/%s/mongomigrations".formatted(namespace))
            .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .build();
    try {
      HttpResponse<String> response =
          client.getHttpClient().sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
      return rows(JSON.readTree(response.body()));
    } catch (IOException
        | InterruptedException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static List<Map<String, String>> rows(JsonNode table) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (JsonNode row : table.path("rows")) {
      Map<String, String> cells = new LinkedHashMap<>();
      for (int i = 0; i < table.path("columnDefinitions").size(); i++) {
        JsonNode column = table.path("columnDefinitions").get(i);
        if (column.path("priority").asInt() == 0) {
          JsonNode cell = row.path("cells").get(i);
          cells.put(
              column.path("name").asText().toUpperCase(java.util.Locale.ROOT),
              cell.isNull() ? "" : cell.asText());
        }
      }
      rows.add(cells);
    }
    return rows;
  }
}
