package dev.godwit.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The reference of the API as a page, written from the custom resource definitions. What
/// Kubernetes itself defines is named, not repeated; a group of fields that comes twice is
/// described once.
final class ApiReference {

  /// Parts of a pod, by the name of the field.
  private static final Map<String, String> OF_KUBERNETES =
      Map.of(
          "resources", "ResourceRequirements",
          "affinity", "Affinity",
          "tolerations", "[]Toleration",
          "imagePullSecrets", "[]LocalObjectReference",
          "conditions", "[]Condition");

  private static final String HEAD =
      """
      # Reference

      Every field of the API, from the CustomResourceDefinitions in [`crds/`](../../crds). `make docs` writes this page,
      a test compares it. A type in italics is Kubernetes' own, with Kubernetes' own fields: `kubectl explain` tells them.

      BSON is written as a string, as you would type it in mongosh (`'{ age: { $gte: 18 } }'`), because the API server sorts
      the keys of objects and MongoDB heeds their order. Durations are Go's: `100ms`, `30s`, `1h30m`.
      """;

  private final StringBuilder page = new StringBuilder();
  private final List<String> rules = new ArrayList<>();
  private final Map<Map<String, JSONSchemaProps>, String> described = new LinkedHashMap<>();

  private ApiReference() {}

  /// The page.
  ///
  /// @param crds the definitions as YAML
  static String of(List<String> crds) {
    StringBuilder all = new StringBuilder(HEAD);
    crds.stream()
        .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
        .sorted((one, other) -> kind(other).compareTo(kind(one)))
        .forEach(crd -> all.append(new ApiReference().page(crd)));
    return all.toString();
  }

  private static String kind(CustomResourceDefinition crd) {
    return crd.getSpec().getNames().getKind();
  }

  private String page(CustomResourceDefinition crd) {
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    page.append("\n## %s\n\n".formatted(kind(crd)));
    page.append(
        "`apiVersion: %s/%s`, short name `%s`.%n"
            .formatted(
                crd.getSpec().getGroup(),
                version.getName(),
                String.join("`, `", crd.getSpec().getNames().getShortNames())));
    rules(kind(crd), root);
    for (String part : List.of("spec", "status")) {
      page.append("\n### %s: %s\n\n".formatted(kind(crd), part));
      page.append("| field | type | default | must | meaning |\n| --- | --- | --- | --- | --- |\n");
      JSONSchemaProps schema = root.getProperties().get(part);
      rules(part, schema);
      fields(part, schema);
    }
    page.append("\n### %s: rules\n\n".formatted(kind(crd)));
    page.append("The API server refuses what breaks one of these.\n\n");
    rules.forEach(page::append);
    page.append("\n### %s: columns\n\n".formatted(kind(crd)));
    page.append(
        version.getAdditionalPrinterColumns().stream()
            .map(
                column ->
                    "`%s` (`%s`)%s"
                        .formatted(
                            column.getName().toUpperCase(java.util.Locale.ROOT),
                            column.getJsonPath().substring(1),
                            column.getPriority() == null || column.getPriority() == 0
                                ? ""
                                : " with `--output wide`"))
            .collect(Collectors.joining(", ", "", ".\n")));
    return page.toString();
  }

  private void fields(String path, JSONSchemaProps schema) {
    List<String> required = schema.getRequired() == null ? List.of() : schema.getRequired();
    schema
        .getProperties()
        .forEach((name, field) -> field(path + "." + name, name, field, required.contains(name)));
  }

  private void field(String path, String name, JSONSchemaProps field, boolean required) {
    boolean foreign = OF_KUBERNETES.containsKey(name);
    JSONSchemaProps items = field.getItems() == null ? null : field.getItems().getSchema();
    JSONSchemaProps object = items == null ? field : items;
    String below = items == null ? path : path + "[]";
    Map<String, JSONSchemaProps> properties = object.getProperties();
    boolean group = !foreign && properties != null && !properties.isEmpty();
    String before = group && properties.size() > 1 ? described.get(properties) : null;
    page.append(
        "| `%s` | %s | %s | %s | %s%s |%n"
            .formatted(
                path,
                foreign ? "*" + OF_KUBERNETES.get(name) + "*" : type(field),
                field.getDefault() == null ? "" : "`" + field.getDefault().asText() + "`",
                constraints(field, items, required),
                cell(field.getDescription()),
                before == null ? "" : " Fields as in `%s`.".formatted(before)));
    rules(path, field);
    if (items != null) {
      rules(below, items);
    }
    if (group && before == null) {
      described.put(properties, below);
      fields(below, object);
    }
  }

  private static String type(JSONSchemaProps field) {
    if (field.getItems() != null) {
      return "[]" + type(field.getItems().getSchema());
    }
    if (field.getAdditionalProperties() != null) {
      return "map of " + type(field.getAdditionalProperties().getSchema());
    }
    return field.getType();
  }

  private static String constraints(
      JSONSchemaProps field, JSONSchemaProps items, boolean required) {
    List<String> all = new ArrayList<>();
    if (required) {
      all.add("**required**");
    }
    all.addAll(ofValue(field));
    if (field.getMinItems() != null || field.getMaxItems() != null) {
      all.add(range(field.getMinItems(), field.getMaxItems(), "items"));
    }
    if (items != null && (items.getProperties() == null || items.getProperties().isEmpty())) {
      ofValue(items).forEach(it -> all.add("each " + it));
    }
    return cell(String.join("; ", all));
  }

  private static List<String> ofValue(JSONSchemaProps field) {
    List<String> all = new ArrayList<>();
    if (field.getEnum() != null && !field.getEnum().isEmpty()) {
      all.add(
          field.getEnum().stream()
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", ")));
    }
    if (field.getMinLength() != null || field.getMaxLength() != null) {
      all.add(range(field.getMinLength(), field.getMaxLength(), "characters"));
    }
    if (field.getMinimum() != null || field.getMaximum() != null) {
      all.add(range(whole(field.getMinimum()), whole(field.getMaximum()), "").strip());
    }
    if (field.getPattern() != null) {
      all.add("`" + field.getPattern() + "`");
    }
    return all;
  }

  private static Long whole(Double number) {
    return number == null ? null : number.longValue();
  }

  private static String range(Long min, Long max, String unit) {
    if (min == null) {
      return "at most %d %s".formatted(max, unit);
    }
    return max == null
        ? "at least %d %s".formatted(min, unit)
        : "%d to %d %s".formatted(min, max, unit);
  }

  private void rules(String path, JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema
          .getXKubernetesValidations()
          .forEach(
              rule ->
                  rules.add(
                      "- `%s`: %s: `%s`%n".formatted(path, rule.getMessage(), rule.getRule())));
    }
  }

  private static String cell(String text) {
    return text == null ? "" : text.replace("|", "\\|").replace("\n", " ");
  }
}
