package dev.godwit.cli;

import dev.godwit.engine.RunException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Trials in the XML that CI servers read as JUnit's: a suite a database, a class a version, a case
/// a part.
final class JUnitReport {

  /// All that XML 1.0 can hold; a message may repeat what is in a document.
  private static final String NOT_XML = "[^\\x09\\x0a\\x0d\\x20-\\ud7ff\\ue000-\\ufffd]";

  private JUnitReport() {}

  /// @throws RunException with verdict `Refused` when the file cannot be written
  static void write(Path file, List<Trial> trials) {
    Map<String, List<Trial>> suites =
        trials.stream()
            .collect(
                Collectors.groupingBy(Trial::database, LinkedHashMap::new, Collectors.toList()));
    try (Writer out = Files.newBufferedWriter(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      for (Map.Entry<String, List<Trial>> suite : suites.entrySet()) {
        write(xml, suite.getKey(), suite.getValue());
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (IOException | XMLStreamException failed) {
      throw RunException.refused(
          "ReportFailed",
          "--junit",
          "'%s' cannot be written: %s".formatted(file, failed.getMessage()));
    }
  }

  private static void write(XMLStreamWriter xml, String database, List<Trial> trials)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", database);
    xml.writeAttribute("tests", String.valueOf(trials.size()));
    xml.writeAttribute("failures", count(trials, Trial.Outcome.Failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", count(trials, Trial.Outcome.Skipped));
    xml.writeAttribute("time", seconds(trials.stream().mapToDouble(Trial::seconds).sum()));
    for (Trial trial : trials) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", trial.database() + "." + trial.version());
      xml.writeAttribute("name", trial.part().words());
      xml.writeAttribute("time", seconds(trial.seconds()));
      switch (trial.outcome()) {
        case Passed -> {}
        case Failed -> {
          xml.writeStartElement("failure");
          xml.writeAttribute("message", text(trial.message().lines().findFirst().orElse("")));
          xml.writeCharacters(text(trial.message()));
          xml.writeEndElement();
        }
        case Skipped -> {
          xml.writeEmptyElement("skipped");
          xml.writeAttribute("message", text(trial.message()));
        }
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String count(List<Trial> trials, Trial.Outcome outcome) {
    return String.valueOf(trials.stream().filter(trial -> trial.outcome() == outcome).count());
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  private static String text(String text) {
    return text.replaceAll(NOT_XML, "?");
  }
}
