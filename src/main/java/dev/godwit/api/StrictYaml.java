package dev.godwit.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
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

  /// What could be read of a document, and all that does not fit.
  ///
  /// @param value null when nothing could be read
  /// @param problems in the order of the document
  public record Reading<T>(T value, List<InvalidException> problems) {}

  /// As [#convert], but goes on after what does not fit: it is left out of the value.
  public static <T> Reading<T> convertAll(JsonNode tree, Class<T> kind) {
    AllProblems problems = new AllProblems();
    T value = null;
    try {
      value = MAPPER.readerFor(kind).withHandler(problems).readValue(tree);
    } catch (JsonMappingException wrong) {
      problems.found.add(new InvalidException(path(wrong.getPath()), wrong.getOriginalMessage()));
    } catch (IOException wrong) {
      problems.found.add(new InvalidException(null, String.valueOf(wrong.getMessage())));
    }
    return new Reading<>(value, List.copyOf(problems.found));
  }

  /// Notes what does not fit, and goes on without it.
  private static final class AllProblems extends DeserializationProblemHandler {

    private final List<InvalidException> found = new ArrayList<>();

    private Object note(JsonParser parser, String message) {
      String pointer = parser.getParsingContext().pathAsPointer().toString();
      String path =
          pointer
              .replaceAll("/+", "/")
              .replaceAll("/([0-9]+)(?=/|$)", "[$1]")
              .replace('/', '.')
              .replaceFirst("^\\.", "");
      found.add(new InvalidException(path, message));
      return null;
    }

    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object beanOrClass,
        String name)
        throws IOException {
      Collection<Object> known =
          deserializer == null || deserializer.getKnownPropertyNames() == null
              ? List.of()
              : deserializer.getKnownPropertyNames();
      List<String> names = known.stream().map(String::valueOf).sorted().toList();
      note(
          parser,
          "the field '%s' does not exist%s"
              .formatted(name, names.isEmpty() ? "" : "; there are " + String.join(", ", names)));
      parser.skipChildren();
      return true;
    }

    @Override
    public Object handleWeirdStringValue(
        DeserializationContext context, Class<?> target, String value, String failure) {
      return note(
          context.getParser(),
          target.isEnum()
              ? "'%s' is not one of %s".formatted(value, List.of(target.getEnumConstants()))
              : "'%s' is not %s".formatted(value, words(target)));
    }

    @Override
    public Object handleWeirdNumberValue(
        DeserializationContext context, Class<?> target, Number value, String failure) {
      return note(context.getParser(), "%s is not %s".formatted(value, words(target)));
    }

    @Override
    public Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType target,
        JsonToken token,
        JsonParser parser,
        String failure)
        throws IOException {
      note(parser, "%s is needed here".formatted(words(target.getRawClass())));
      parser.skipChildren();
      return null;
    }

    @Override
    public Object handleMissingInstantiator(
        DeserializationContext context,
        Class<?> target,
        ValueInstantiator instantiator,
        JsonParser parser,
        String failure)
        throws IOException {
      note(parser, "%s is needed here".formatted(words(target)));
      parser.skipChildren();
      return null;
    }

    private static String words(Class<?> target) {
      if (Collection.class.isAssignableFrom(target)) {
        return "a list";
      }
      if (target == String.class) {
        return "a text";
      }
      if (target == Boolean.class) {
        return "true or false";
      }
      return Number.class.isAssignableFrom(target) ? "a whole number" : "an object";
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
