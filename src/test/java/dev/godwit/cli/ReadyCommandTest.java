package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.godwit.api.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReadyCommandTest {

  private final AtomicInteger asked = new AtomicInteger();
  private final StringWriter out = new StringWriter();
  private int readyAfter;
  private HttpServer server;
  private String url;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ready",
        exchange -> {
          exchange.sendResponseHeaders(asked.incrementAndGet() > readyAfter ? 200 : 503, -1);
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:%d/ready".formatted(server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void endsWhenTheUrlAnswersAndSaysEachChangeOnce() {
    readyAfter = 2;

    assertThat(run("--url", url, "--patience", "30s")).isEqualTo(ExitCode.DONE);

    assertThat(asked).hasValue(3);
    assertThat(out.toString().lines()).containsExactly(url + ": HTTP 503", url + ": HTTP 200");
  }

  @Test
  void givesUpWithAnErrorThatIsNoVerdict() {
    readyAfter = Integer.MAX_VALUE;

    assertThat(run("--url", url, "--patience", "100ms")).isEqualTo(ExitCode.UNEXPECTED);

    assertThat(out.toString().lines()).hasSize(2).last().asString().contains("not ready within");
  }

  @Test
  void saysWhenNobodyListens() {
    server.stop(0);

    assertThat(run("--url", url, "--patience", "100ms")).isEqualTo(ExitCode.UNEXPECTED);

    assertThat(out.toString()).contains(url + ": ConnectException");
  }

  @Test
  void refusesWhatIsNoUrlOrNoDuration() {
    assertThat(run("--url", "operator:8080", "--patience", "1s")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--url", url, "--patience", "soon")).isEqualTo(ExitCode.USAGE);
    assertThat(asked).hasValue(0);
  }

  @Test
  void isHidden() {
    assertThat(new CommandLine(new JobCommand()).getUsageMessage()).doesNotContain("ready");
  }

  private int run(String... args) {
    return new CommandLine(new ReadyCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(args);
  }
}
