package dev.godwit.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.engine.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads a manifest, JSON or YAML, strictly: a field that is not known is refused with its path.
/// (The operator reads leniently, because objects of a newer version may pass through it.)
final class ManifestFile {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .annotationIntrospector(new Strict())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ManifestFile() {}

  /// @throws RunException with verdict `Refused` and the field's path
  /// @throws IOException when the file cannot be read
  static <T> T read(Path file, Class<T> kind) throws IOException {
    String text = Files.readString(file);
    try {
      T manifest = MAPPER.readValue(text, kind);
      if (manifest == null) {
        throw RunException.refused("InvalidManifest", null, file.getFileName() + " is empty");
      }
      return manifest;
    } catch (JsonMappingException wrong) {
      throw RunException.refused(
          "InvalidManifest", path(wrong.getPath()), wrong.getOriginalMessage());
    } catch (JsonProcessingException wrong) {
      throw RunException.refused(
          "InvalidManifest",
          null,
          "%s is neither YAML nor JSON: %s"
              .formatted(file.getFileName(), wrong.getOriginalMessage()));
    }
  }

  private static String path(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  /// Overrides `ignoreUnknown` of Godwit's own classes.
  private static final class Strict extends JacksonAnnotationIntrospector {
    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      JsonIgnoreProperties.Value value = super.findPropertyIgnoralByName(config, annotated);
      return annotated.getRawType().getPackageName().startsWith("dev.godwit.api")
          ? value.withoutIgnoreUnknown()
          : value;
    }
  }
}
