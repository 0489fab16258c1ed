package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@ResourceLock(Resources.SYSTEM_ERR)
class LibraryLogTest {

  private static final Logger DRIVER =
      LoggerFactory.getLogger("org.mongodb.driver.protocol.command");

  @Test
  void warningsGoToStandardErrorAndNothingElseIsMade() {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      LibraryLog.begin();
      assertThat(DRIVER.isInfoEnabled()).as("info, which the driver logs for each reply").isFalse();
      DRIVER.debug("a reply");
      DRIVER.warn("the server is slow");
    } finally {
      System.setErr(before);
      LibraryLog.begin();
    }
    assertThat(written.toString(StandardCharsets.UTF_8))
        .containsPattern("WARN\\w* org.mongodb.driver.protocol.command: the server is slow\n")
        .doesNotContain("a reply");
  }
}
