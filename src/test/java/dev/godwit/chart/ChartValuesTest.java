package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
          {defaults: {backup: {storage: {s3: {prefix: x}}}}}     | '/defaults/backup/storage/s3': missing property 'bucket'
          {defaults: {backup: {storage: {s3: {bucket: abc}, persistentVolumeClaim: {claimName: x}}}}} | '/defaults/backup/storage': maxProperties: got 2, want 1
          {defaults: {backup: {storage: {s3: {bucket: abc, endpoint: minio}}}}} | '/defaults/backup/storage/s3/endpoint': 'minio' does not match pattern
          {topologySpreadConstraints: [{maxSkew: 1}]}            | '/topologySpreadConstraints/0': missing properties 'topologyKey'
          {runner: {progressInterval: 0s}}                       | '/runner/progressInterval': '0s' does not match pattern
          {runner: {progressInterval: 500ms}}                    | '/runner/progressInterval': '500ms' does not match pattern
          {runner: {terminationGrace: 29s}}                      | '/runner/terminationGrace': '29s' does not match pattern
          {runner: {deletionDeadline: 0m}}                       | '/runner/deletionDeadline': '0m' does not match pattern
          {runner: {jobTtl: 8761h}}                              | '/runner/jobTtl': '8761h' does not match pattern
          {runner: {jobTtl: 366d}}                               | '/runner/jobTtl': '366d' does not match pattern
          {runner: {user: -1}}                                   | '/runner/user': minimum: got -1, want 0
          {runner: {image: "godwit:0.1.0 #"}}                    | '/runner/image': 'godwit:0.1.0 #' does not match pattern
          {metrics: {prometheusRule: {stuckFor: 500ms}}}         | '/metrics/prometheusRule/stuckFor': '500ms' does not match pattern
          {metrics: {prometheusRule: {noProgressFor: 0m}}}       | '/metrics/prometheusRule/noProgressFor': '0m' does not match pattern
          {defaults: {job: {labels: {"a b": c}}}}                | '/defaults/job/labels': additional properties 'a b' not allowed
          {defaults: {job: {labels: {a: "b c"}}}}                | '/defaults/job/labels/a': 'b c' does not match pattern
          {defaults: {job: {annotations: {-a: b}}}}              | '/defaults/job/annotations': additional properties '-a' not allowed
          {commonLabels: {a/b/c: d}}                             | '/commonLabels': additional properties 'a/b/c' not allowed
          # blank: Helm takes the default away before it looks at the schema
          {watchNamespaces: }                                    | '': missing property 'watchNamespaces'
          {commonLabels: }                                       | '': missing property 'commonLabels'
          {podLabels: }                                          | '': missing property 'podLabels'
          {runner: }                                             | '': missing property 'runner'
          {defaults: }                                           | '': missing property 'defaults'
          {image: }                                              | '': missing property 'image'
          {podSecurityContext: }                                 | '': missing property 'podSecurityContext'
          {containerSecurityContext: }                           | '': missing property 'containerSecurityContext'
          {resources: }                                          | '': missing property 'resources'
          {image: {pullPolicy: }}                                | '/image': missing property 'pullPolicy'
          {image: {repository: , tag: }}                         | '/image': missing properties 'repository', 'tag'
          {runner: {terminationGrace: }}                         | '/runner': missing property 'terminationGrace'
          {defaults: {job: }}                                    | '/defaults': missing property 'job'
          {defaults: {backup: {storage: }}}                      | '/defaults/backup': missing property 'storage'
          {serviceAccount: {create: }}                           | '/serviceAccount': missing property 'create'
          {rbac: {create: }}                                     | '/rbac': missing property 'create'
          {quiesce: {enabled: }}                                 | '/quiesce': missing property 'enabled'
          {crds: {keep: }}                                       | '/crds': missing property 'keep'
          {probes: {liveness: {failureThreshold: }}}             | '/probes/liveness': missing property 'failureThreshold'
          {updateStrategy: {type: }}                             | '/updateStrategy': missing property 'type'
          {networkPolicy: {dns: {ports: }}}                      | '/networkPolicy/dns': missing property 'ports'
          {networkPolicy: {operator: {apiServer: }}}             | '/networkPolicy/operator': missing property 'apiServer'
          {networkPolicy: {operator: {apiServer: {ports: }}}}    | '/networkPolicy/operator/apiServer': missing property 'ports'
          {networkPolicy: {runner: {databases: {ports: }}}}      | '/networkPolicy/runner/databases': missing property 'ports'
          {networkPolicy: {runner: {objectStore: {ports: }}}}    | '/networkPolicy/runner/objectStore': missing property 'ports'
          {metrics: {serviceMonitor: {honorLabels: }}}           | '/metrics/serviceMonitor': missing property 'honorLabels'
          {metrics: {prometheusRule: {stuckFor: }}}              | '/metrics/prometheusRule': missing property 'stuckFor'
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{runner: {progressInterval: 1s, terminationGrace: 30s, jobTtl: 0s, deletionDeadline: 30s}}",
        "{runner: {progressInterval: 2m, terminationGrace: 1m, jobTtl: 8760h, deletionDeadline: 1h}}",
        "{runner: {user: 0, jobTtl: 365d, image: 'r.example.com:5000/a/b:1@sha256:"
            + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}}",
        "{defaults: {job: {labels: {example.com/a.b: c, team: ''}, annotations: {example.com/n: a b}}}}",
        "{metrics: {prometheusRule: {enabled: true, noBackupFor: 1d12h, stuckFor: ''}}}",
        // to leave the default out, where leaving it out has a meaning
        "{podSecurityContext: {runAsUser: , runAsGroup: }, resources: {limits: }}",
        "{defaults: {job: {resources: {limits: {memory: }}}}, podDisruptionBudget: {maxUnavailable: }}"
      })
  void theBoundsThemselvesAreTaken(String values) {
    Tool.Result result = Chart.templateWith(values);
    assertThat(result.exit()).as(result.err()).isZero();
  }

  /// As `--reuse-values` and an umbrella chart give them.
  @Test
  void allDefaultsWrittenOutAreTaken() {
    Tool.Result result = Chart.templateWith(Chart.file("values.yaml"));
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo(Chart.template().outOrFail());
  }

  @Test
  void anUmbrellaChartMaySetAFewValues(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("charts"));
    Files.createSymbolicLink(
        folder.resolve("charts").resolve("godwit"), Chart.FOLDER.toAbsolutePath());
    Files.writeString(
        folder.resolve("Chart.yaml"),
        """
        {apiVersion: v2, name: shop, version: 1.0.0,
         dependencies: [{name: godwit, version: "*", condition: godwit.enabled}]}
        """);
    Path values = folder.resolve("values.yaml");
    Files.writeString(
        values,
        "{global: {team: shop}, godwit: {enabled: true, replicaCount: 2, runner: {jobTtl: 2h}}}");
    Tool.Result good = Tool.HELM.run("template", "shop", folder.toString());
    assertThat(good.exit()).as(good.err()).isZero();
    assertThat(good.out()).contains("replicas: 2");
    Files.writeString(values, "{godwit: {enabled: true, networkPolicy: {dns: {ports: }}}}");
    Tool.Result blank = Tool.HELM.run("template", "shop", folder.toString());
    assertThat(blank.exit()).isNotZero();
    assertThat(blank.err()).contains("missing property 'ports'");
  }

  /// A key without a value must not become no value where the templates count on one.
  @Test
  void everyDefaultIsRequired() {
    JsonNode schema = Chart.yaml("values.schema.json");
    List<String> missing = new ArrayList<>();
    require("", Chart.yaml("values.yaml"), schema, schema, missing);
    assertThat(missing)
        .containsExactlyInAnyOrder(
            "/global",
            "/defaults/job/resources",
            "/resources/requests",
            "/resources/limits",
            "/podDisruptionBudget/maxUnavailable");
  }

  private static void require(
      String path, JsonNode value, JsonNode schema, JsonNode root, List<String> missing) {
    JsonNode here = schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
    Set<String> required = new TreeSet<>();
    here.path("required").forEach(key -> required.add(key.asText()));
    here.path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode set = value.path(property.getKey());
              String deeper = path + "/" + property.getKey();
              if (!set.isMissingNode() && !set.isNull() && !required.contains(property.getKey())) {
                missing.add(deeper);
              } else if (set.isObject()) {
                require(deeper, set, property.getValue(), root, missing);
              }
            });
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
  /// meaning.
  private static boolean isOptional(String path) {
    return path.matches("/(defaults/.*|probes/.*|resources.*|updateStrategy/.*)");
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new TreeSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
