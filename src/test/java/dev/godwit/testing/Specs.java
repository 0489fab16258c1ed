package dev.godwit.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;

/// Specs of migrations from YAML, for tests of the engine.
public final class Specs {

  private static final YAMLMapper YAML = new YAMLMapper();

  private Specs() {}

  /// The spec; a target is filled in where the YAML has none.
  public static MongoMigrationSpec read(String yaml) {
    try {
      ObjectNode spec = (ObjectNode) YAML.readTree(yaml);
      if (!spec.has("target")) {
        spec.putObject("target").putObject("secretRef").put("name", "mongodb");
      }
      return YAML.treeToValue(spec, MongoMigrationSpec.class);
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
