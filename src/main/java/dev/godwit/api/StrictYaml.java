package dev.godwit.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Reads what a person wrote, YAML or JSON, into classes of the API: a field that is not known is
/// refused with its path. (What comes from the API server is read leniently, because objects of a
/// newer version may pass through an older operator.)
public final class StrictYaml {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .annotationIntrospector(new Strict())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final JsonMapper JSON = new JsonMapper();

  private StrictYaml() {}

  /// What is wrong with a text, and where.
  public static final class InvalidException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String path;

    /// @param path the field's path; null when the text is no YAML at all
    public InvalidException(String path, String message) {
      super(message);
      this.path = path;
    }

    /// The field's path, such as `spec.steps[0].update.filter`; null when the text is no YAML.
    public String path() {
      return path;
    }
  }

  /// The value that `text` holds; null for an empty text.
  ///
  /// @throws InvalidException when it is neither YAML nor JSON, holds more than one
  ///     document, or does not fit `kind`
  public static <T> T read(String text, Class<T> kind) throws InvalidException {
    try (MappingIterator<T> documents = MAPPER.readerFor(kind).readValues(text)) {
      if (!documents.hasNextValue()) {
        return null;
      }
      T first = documents.nextValue();
      if (documents.hasNextValue()) {
        throw new InvalidException(null, "more than one document");
      }
      return first;
    } catch (JsonMappingException wrong) {
      throw new InvalidException(path(wrong.getPath()), wrong.getOriginalMessage());
    } catch (JsonProcessingException wrong) {
      throw new InvalidException(null, "neither YAML nor JSON: " + wrong.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string is read without I/O", impossible);
    }
  }

  /// The documents that `text` holds, as trees: for a look at what they are, before each is read
  /// into its class by [#convert]. Empty documents are left out.
  ///
  /// @param json whether it is JSON, which YAML takes only without tabs
  /// @throws InvalidException when it is neither YAML nor JSON, or a key is there twice
  public static List<JsonNode> readTrees(String text, boolean json) throws InvalidException {
    ObjectMapper mapper = json ? JSON : MAPPER;
    List<JsonNode> trees = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        mapper
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .readValues(text)) {
      while (documents.hasNextValue()) {
        JsonNode tree = documents.nextValue();
        if (tree != null && !tree.isNull() && !tree.isMissingNode()) {
          trees.add(tree);
        }
      }
      return trees;
    } catch (JsonProcessingException wrong) {
      throw new InvalidException(null, "neither YAML nor JSON: " + wrong.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string is read without I/O", impossible);
    }
  }

  /// A document of [#readTrees] as a value of `kind`.
  ///
  /// @throws InvalidException when it does not fit
  public static <T> T convert(JsonNode tree, Class<T> kind) throws InvalidException {
    try {
      return MAPPER.treeToValue(tree, kind);
    } catch (JsonMappingException wrong) {
      throw new InvalidException(path(wrong.getPath()), wrong.getOriginalMessage());
    } catch (JsonProcessingException wrong) {
      throw new InvalidException(null, wrong.getOriginalMessage());
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

  /// Overrides `ignoreUnknown` of Godwit's own classes, and the additional properties of
  /// Kubernetes' ones.
  private static final class Strict extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return Boolean.FALSE;
    }

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      JsonIgnoreProperties.Value value = super.findPropertyIgnoralByName(config, annotated);
      return annotated.getRawType().getPackageName().startsWith("dev.godwit.")
          ? value.withoutIgnoreUnknown()
          : value;
    }
  }
}
