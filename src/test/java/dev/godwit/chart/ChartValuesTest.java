package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values: what the schema refuses, and that values, schema, README and CRD speak of the same.
class ChartValuesTest {

  /// In the schema for umbrella charts only.
  private static final String CONDITION = "enabled";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # a wrong type
          {replicaCount: two}                                    | '/replicaCount': got string, want integer
          {replicaCount: 1.5}                                    | '/replicaCount': got number, want integer
          {image: {tag: 1.0}}                                    | '/image/tag': got number, want string
          {image: godwit}                                        | '/image': got string, want object
          {watchNamespaces: shop}                                | '/watchNamespaces': got string, want array
          {crds: {enabled: "yes"}}                               | '/crds/enabled': got string, want boolean
          {podLabels: {a: true}}                                 | '/podLabels/a': got boolean, want string
          {tolerations: {}}                                      | '/tolerations': got object, want array
          {affinity: []}                                         | '/affinity': got array, want object
          {resources: {limits: {memory: true}}}                  | '/resources/limits/memory': got boolean
          # an unknown key
          {replicas: 2}                                          | '': additional properties 'replicas' not allowed
          {image: {name: godwit}}                                | '/image': additional properties 'name' not allowed
          {metrics: {serviceMonitor: {port: http}}}              | '/metrics/serviceMonitor': additional properties 'port' not allowed
          {networkPolicy: {runner: {databases: {from: []}}}}     | '/networkPolicy/runner/databases': additional properties 'from' not allowed
          {defaults: {job: {containers: []}}}                    | '/defaults/job': additional properties 'containers' not allowed
          {defaults: {backup: {storage: {claimName: backups}}}}  | '/defaults/backup/storage': additional properties 'claimName' not allowed
          {probes: {readiness: {httpGet: {path: /}}}}            | '/probes/readiness': additional properties 'httpGet' not allowed
          {networkPolicy: {dns: {to: [{cidr: 10.0.0.0/8}]}}}     | '/networkPolicy/dns/to/0': additional properties 'cidr' not allowed
          {image: {pullSecrets: [registry]}}                     | '/image/pullSecrets/0': got string, want object
          # none of the values there are
          {image: {pullPolicy: always}}                          | '/image/pullPolicy': value must be one of 'Always'
          {rbac: {aggregateRoles: true}}                         | '/rbac/aggregateRoles': value must be one of 'Auto'
          {logLevel: debug}                                      | '/logLevel': value must be one of
          {updateStrategy: {type: OnDelete}}                     | '/updateStrategy/type': value must be one of
          # not in the shape
          {watchNamespaces: [shop, "*"]}                         | '/watchNamespaces/1': '*' does not match pattern
          {watchNamespaces: [shop, shop]}                        | '/watchNamespaces': items at 0 and 1 are equal
          {image: {digest: latest}}                              | '/image/digest': 'latest' does not match pattern
          {image: {repository: "godwit/godwit:0.1.0"}}           | '/image/repository': 'godwit/godwit:0.1.0' does not match pattern
          {runner: {jobTtl: 1 hour}}                             | '/runner/jobTtl': '1 hour' does not match pattern
          {defaults: {batches: {pause: 1d}}}                     | '/defaults/batches/pause': '1d' does not match pattern
          {extraArgs: [com.example.Main]}                        | '/extraArgs/0': 'com.example.Main' does not match pattern
          {fullnameOverride: Godwit}                             | '/fullnameOverride': 'Godwit' does not match pattern
          {commonLabels: {app.kubernetes.io/name: x}}            | '/commonLabels/app.kubernetes.io~1name': false schema
          {resources: {limits: {memory: 1 GB}}}                  | '/resources/limits/memory': '1 GB' does not match pattern
          # out of bounds, or missing
          {replicaCount: -1}                                     | '/replicaCount': minimum: got -1, want 0
          {defaults: {batches: {size: 25001}}}                   | '/defaults/batches/size': maximum: got 25,001, want 25,000
          {networkPolicy: {runner: {databases: {ports: []}}}}    | '/networkPolicy/runner/databases/ports': minItems: got 0, want 1
          {networkPolicy: {operator: {apiServer: {ports: [0]}}}} | '/networkPolicy/operator/apiServer/ports/0': minimum: got 0, want 1
          {defaults: {backup: {storage: {persistentVolumeClaim: {path: x}}}}} | '/defaults/backup/storage/persistentVolumeClaim': missing property 'claimName'
          {topologySpreadConstraints: [{maxSkew: 1}]}            | '/topologySpreadConstraints/0': missing properties 'topologyKey'
          """)
  void aBadValueIsRefusedWithItsPath(String values, String message) {
    Tool.Result result = Chart.templateWith(values.strip());
    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains("at " + message.strip());
  }

  /// The table above must not pass because of something else.
  @Test
  void goodValuesAreTaken() {
    Tool.Result result =
        Chart.templateWith("{global: {anything: 1}, enabled: true, replicaCount: 2}");
    assertThat(result.exit()).as(result.err()).isZero();
  }

  @Test
  void everyValueHasASchemaAndEverySchemaAValue() {
    JsonNode schema = Chart.yaml("values.schema.json");
    List<String> amiss = new ArrayList<>();
    compare("", Chart.yaml("values.yaml"), schema, schema, amiss);
    assertThat(amiss).containsExactly("/" + CONDITION + " has no default in values.yaml");
  }

  @Test
  void everyValueIsExplained() {
    List<String> lines = Chart.file("values.yaml").lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches("[a-zA-Z]+:.*")) {
        assertThat(lines.get(i - 1)).as("the line above " + lines.get(i)).startsWith("# ");
      }
    }
  }

  @Test
  void theReadmeNamesEveryValue() {
    String readme = Chart.file("README.md");
    Chart.yaml("values.yaml")
        .fieldNames()
        .forEachRemaining(key -> assertThat(readme).containsPattern("`" + key + "[`.]"));
  }

  /// What becomes a default must be what a resource may say.
  @Test
  void defaultsHaveTheFieldsOfTheCrd() {
    JsonNode crd = Chart.yaml("files/crds/mongomigrations.godwit.dev.yaml");
    JsonNode spec = crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties");
    JsonNode defaults = Chart.yaml("values.schema.json").at("/properties/defaults/properties");
    assertThat(keys(defaults.at("/backup/properties/storage/properties")))
        .isEqualTo(keys(spec.at("/backup/properties/storage/properties")));
    assertThat(
            keys(
                defaults.at(
                    "/backup/properties/storage/properties/persistentVolumeClaim/properties")))
        .isEqualTo(
            keys(
                spec.at("/backup/properties/storage/properties/persistentVolumeClaim/properties")));
    assertThat(keys(defaults.at("/batches/properties")))
        .isEqualTo(keys(spec.at("/batches/properties")));
    assertThat(keys(defaults.at("/job/properties"))).isEqualTo(keys(spec.at("/job/properties")));
  }

  private static void compare(
      String path, JsonNode value, JsonNode schema, JsonNode root, List<String> amiss) {
    JsonNode here = schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
    JsonNode properties = here.path("properties");
    if (!properties.isObject() || here.path("additionalProperties").asBoolean(true)) {
      return;
    }
    Set<String> known = keys(properties);
    Set<String> set = keys(value);
    set.stream()
        .filter(key -> !known.contains(key))
        .forEach(key -> amiss.add(path + "/" + key + " is not in the schema"));
    for (String key : known) {
      if (set.contains(key)) {
        compare(path + "/" + key, value.get(key), properties.get(key), root, amiss);
      } else if (!isOptional(path)) {
        amiss.add(path + "/" + key + " has no default in values.yaml");
      }
    }
  }

  /// These mirror objects of Kubernetes and of the CRDs, where a field that is left out has a
  // meaning.
  private static boolean isOptional(String path) {
    return path.matches("/(defaults/.*|probes/.*|resources.*|updateStrategy/.*)");
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new TreeSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
