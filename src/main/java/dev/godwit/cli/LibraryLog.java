package dev.godwit.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What libraries log: warnings go to standard error, a line each; the rest is not even made.
///
/// Nothing else configures the log of the command line. What Quarkus brings along takes every level
/// until the operator's configuration is read; the driver then turned each reply into text that
/// nobody saw, a quarter of the processor time of a dump.
final class LibraryLog {

  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

  /// The logger of all others. It is held here, as loggers that nobody holds lose their levels.
  private static final Logger ROOT;

  static {
    // Java asks for a logger when it exits; Quarkus' complains then unless it knows that it is the
    // one. It has to be said before anything logs.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    if (System.getProperty(FORMAT) == null) {
      System.setProperty(FORMAT, "%4$s %3$s: %5$s%6$s%n");
    }
    ROOT = Logger.getLogger("");
  }

  private LibraryLog() {}

  /// Before anything logs.
  static void begin() {
    ROOT.setLevel(Level.WARNING);
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    ROOT.addHandler(new ConsoleHandler());
  }
}
