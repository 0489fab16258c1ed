package dev.godwit.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/// Makes a runtime of the modules that Godwit needs, when the build argument `JDK` names the image
/// of a JDK; an empty folder otherwise.
final class LinkedRuntime {

  /// Found by trial: the training runs fail when one is missing that start-up needs. On top comes
  /// what is asked for later and by name: `java.security.sasl` for SCRAM, `jdk.naming.dns` for
  /// `mongodb+srv`. `jdk.httpserver` is for the training alone.
  private static final String MODULES =
      "java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,"
          + "java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.httpserver,jdk.management,"
          + "jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs";

  private LinkedRuntime() {}

  /// @param args the folder for the runtime's root
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    Files.createDirectories(root);
    if (System.getenv().getOrDefault("JDK", "").isEmpty()) {
      return;
    }
    Path home = root.resolve("opt/java/openjdk");
    Files.createDirectories(home.getParent());
    int exit =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("the image that JDK names has no jlink"))
            .run(
                System.out,
                System.err,
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                home.toString());
    if (exit != 0) {
      throw new IOException("jlink ended with " + exit);
    }
  }
}
