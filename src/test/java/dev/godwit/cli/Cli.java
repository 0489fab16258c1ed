package dev.godwit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;

/// Runs the real commands inside the test's own process.
final class Cli {

  /// What a command gave.
  record Answer(int exitCode, String out, String err) {

    /// Standard output as JSON.
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (JsonProcessingException wrong) {
        throw new AssertionError("not JSON: " + out + err, wrong);
      }
    }
  }

  private Cli() {}

  static Answer run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Godwit.commandLine(new Godwit())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Answer(exitCode, out.toString(), err.toString());
  }
}
