package dev.godwit.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The form of what a command answers on standard output: a table for people, or one JSON value.
/// Progress and errors go to standard error.
final class OutputFormat {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /// The forms.
  enum Form {
    table,
    json
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if left out.")
  private Form form;

  boolean isJson() {
    return form == Form.json;
  }

  /// Prints an answer.
  ///
  /// @param json a record or a list of them
  /// @param text for people; asked only when it is needed
  void print(Object json, Supplier<String> text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(isJson() ? toJson(json) : text.get().stripTrailing());
    out.flush();
  }

  /// Prints a line for people; nothing when the answer is JSON.
  void say(String line) {
    if (!isJson()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(line);
      out.flush();
    }
  }

  /// A table of this command.
  ///
  /// @param headings of the columns
  Table table(String... headings) {
    return new Table(spec.commandLine().getColorScheme(), headings);
  }

  /// A JSON text as a part of an answer.
  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String toJson(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
