package dev.godwit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import java.util.List;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `godwit history`.
@Command(
    name = "history",
    description = {
      "Shows what happened to a database: the events of _godwit_history, with times of the server's clock.",
      "Writes nothing. With -o json each event has all its details."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit history --uri-file uri.txt -d shop",
      "  godwit history --uri-file uri.txt -d shop --version 004 -o json"
    })
final class HistoryCommand implements Callable<Integer> {

  /// An event, for JSON.
  ///
  /// @param details in relaxed extended JSON
  record Event(
      long sequence,
      String at,
      String event,
      String version,
      int attempt,
      String step,
      String checksum,
      int retry,
      long token,
      JsonNode details) {}

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "The events of this version alone.")
  private String version;

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<HistoryEvent> events;
    try (Connection open = connection.open()) {
      events =
          History.events(open.database()).stream()
              .filter(
                  event -> version == null || NaturalOrder.sameVersion(event.version(), version))
              .toList();
    }
    output.print(
        events.stream().map(HistoryCommand::json).toList(),
        () -> events.isEmpty() ? "No migration has run here." : table(events));
    return ExitCode.DONE;
  }

  private static Event json(HistoryEvent event) {
    return new Event(
        event.sequence(),
        event.at().toString(),
        event.type().name(),
        event.version(),
        event.attempt(),
        event.step(),
        event.checksum(),
        event.retry(),
        event.token(),
        OutputFormat.parse(event.details().toJson()));
  }

  private String table(List<HistoryEvent> events) {
    Table table = output.table("AT", "VERSION", "ATTEMPT", "EVENT", "STEP", "DETAIL");
    for (HistoryEvent event : events) {
      table.row(
          event.at(),
          event.version(),
          event.attempt(),
          event.type(),
          event.step(),
          detail(event.details()));
    }
    return table.toString();
  }

  /// What people look for first.
  private static String detail(BsonDocument details) {
    BsonValue message = details.get("message", details.get("backup"));
    if (message != null && message.isString()) {
      return message.asString().getValue();
    }
    return details.isNumber("changed")
        ? "%d changed".formatted(details.getNumber("changed").longValue())
        : "";
  }
}
